import * as fs from "node:fs";
import * as path from "node:path";
import { hostPath } from "../../../../tools/rehearsal/machine-path";
import { downloadSandboxFile, readSandboxFile } from "../../../../tools/rehearsal/mesos/http/sandbox-file";
import { temporaryDirectory } from "../../support";

describe("a file of a sandbox", () => {
  const { directory, remove } = temporaryDirectory();
  const sandbox = "frameworks/F/executors/T/runs/latest";
  const stderr = `/${sandbox}/stderr`;
  beforeAll(() => {
    const folder = path.join(directory, "var/lib/mesos/agent", sandbox);
    fs.mkdirSync(folder, { recursive: true });
    fs.mkdirSync(path.join(directory, "etc"));
    fs.writeFileSync(path.join(directory, "etc/secret"), "secret");
    fs.writeFileSync(path.join(folder, "stderr"), "one two three");
    fs.writeFileSync(path.join(folder, "long"), "x".repeat(100_000));
  });
  afterAll(remove);

  const locate = (inside: string) => hostPath(directory, path.posix.join("/var/lib/mesos/agent", inside));
  const read = (query: Record<string, string>) => readSandboxFile(locate, new URLSearchParams(query));
  const json = (query: Record<string, string>) => JSON.parse(String(read(query).body)) as { data: string };

  it.each([
    [{ offset: "0" }, { offset: 0, data: "one two three" }],
    [
      { offset: "4", length: "3" },
      { offset: 4, data: "two" },
    ],
    [
      { offset: "4", length: "-1" },
      { offset: 4, data: "two three" },
    ],
    [
      { offset: "8", length: "20000" },
      { offset: 8, data: "three" },
    ],
    [{ offset: "13" }, { offset: 13, data: "" }],
    [{ offset: "99" }, { offset: 99, data: "" }],
    [{ offset: "-1" }, { offset: 13, data: "" }],
    [{}, { offset: 13, data: "" }],
  ])("is read by %j", (query, answer) => {
    expect(json({ path: stderr, ...query })).toEqual(answer);
  });

  it("is read 64 KiB at a time", () => {
    const file = { path: `/${sandbox}/long`, offset: "1" };

    expect(json(file).data).toHaveLength(65_536);
    expect(json({ ...file, length: "99999" }).data).toHaveLength(65_536);
  });

  it("is downloaded whole", () => {
    expect(downloadSandboxFile(locate, new URLSearchParams({ path: stderr }))).toEqual({
      status: 200,
      headers: {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment; filename=stderr",
      },
      body: Buffer.from("one two three"),
    });
  });

  it.each([
    [{}, 400, "Expecting 'path=value' in query.\n"],
    [{ path: `/${sandbox}` }, 400, "Cannot read a directory.\n"],
    [{ path: stderr, offset: "x" }, 400, "Failed to parse offset: Failed to convert 'x' to number.\n"],
    [{ path: stderr, length: "x" }, 400, "Failed to parse length: Failed to convert 'x' to number.\n"],
    [{ path: `/${sandbox}/absent` }, 404, undefined],
    [{ path: `/${sandbox}/../../../../../../etc/secret` }, 404, undefined],
    [{ path: "/frameworks/../../../../../etc/secret" }, 404, undefined],
    [{ path: "/etc/secret" }, 404, undefined],
  ])("is not read by %j", (query, status, body) => {
    expect(read(query)).toEqual(expect.objectContaining({ status, ...(body && { body }) }));
  });
});
