import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findNetwork } from "../../../../../tools/lab/stand-ins/mesos/agent/network/cni-config";

describe("networks of an agent", () => {
  let directory: string;
  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "cni-"));
    jest.spyOn(process.stderr, "write").mockReturnValue(true);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    fs.rmSync(directory, { recursive: true });
  });
  const write = (name: string, content: unknown) =>
    fs.writeFileSync(
      path.join(directory, name),
      typeof content === "string" ? content : JSON.stringify(content),
    );
  const logged = () => jest.mocked(process.stderr.write).mock.calls.map(([text]) => String(text));

  it("are found in files of whatever name", () => {
    write("README", { name: "weave", type: "weave-net" });
    expect(findNetwork(directory, "weave")).toMatchObject({ type: "weave-net" });
    expect(findNetwork(directory, "other")).toBeUndefined();
  });

  it("are those of the first file of a name", () => {
    write("a", { name: "weave", type: "one" });
    write("b", { name: "weave", type: "two" });
    expect(findNetwork(directory, "weave")).toMatchObject({ type: "one" });
  });

  it.each([
    [
      "a list of plugins",
      { name: "weave", plugins: [{ type: "weave-net" }] },
      "Missing required fields: type",
    ],
    ["no JSON", "x", "syntax error at line 1 near: x"],
  ])("are not found in %s, which the log tells", (_, content, text) => {
    write("weave.conf", content);
    expect(findNetwork(directory, "weave")).toBeUndefined();
    expect(logged()).toEqual([expect.stringContaining(text)]);
  });

  it("are not looked for in folders", () => {
    fs.mkdirSync(path.join(directory, "below"));
    write("below/weave.conf", { name: "weave", type: "weave-net" });
    expect(findNetwork(directory, "weave")).toBeUndefined();
    expect(logged()).toEqual([]);
  });
});
