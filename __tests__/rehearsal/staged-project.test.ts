import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { stageProject } from "../../tools/rehearsal/staged-project";
import { temporaryDirectory } from "./support";

describe("stageProject", () => {
  const { directory, remove } = temporaryDirectory();
  const source = join(directory, "source");
  const target = join(directory, "deep/target");
  afterAll(remove);

  const write = (path: string, text = "") => {
    mkdirSync(join(source, path, ".."), { recursive: true });
    writeFileSync(join(source, path), text);
  };

  it.each([
    ["cdktf.json", "run it in the folder of a cdktf project"],
    ["node_modules", "run npm ci first"],
  ])("fails when %s is missing", (entry, remedy) => {
    mkdirSync(source, { recursive: true });
    expect(() => stageProject(source, target)).toThrow(
      new Error(`${entry} is missing in ${JSON.stringify(source)}; ${remedy}`),
    );
    expect(existsSync(target)).toBe(false);
    write("cdktf.json", '{"language":"typescript","context":{"state":{"backend":"s3"},"other":1}}');
  });

  it("copies what is deployed, and nothing that is another deployment's", () => {
    for (const path of ["main.ts", "lib/deep/file.txt", "node_modules/cdktf/index.js"]) write(path, path);
    for (const path of [".git/HEAD", ".env", "cdktf.out/stacks/x", "dist/x", "coverage/x"]) write(path);
    for (const path of ["terraform.mesos.tfstate", "terraform.mesos.tfstate.backup", "terraform.tfvars"])
      write(path);
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, "of-the-last-time"), "");

    stageProject(source, target);

    expect(readdirSync(target).sort()).toEqual(["cdktf.json", "lib", "main.ts", "node_modules"]);
    expect(readFileSync(join(target, "lib/deep/file.txt"), "utf8")).toBe("lib/deep/file.txt");
    expect(lstatSync(join(target, "node_modules")).isSymbolicLink()).toBe(true);
    expect(existsSync(join(target, "node_modules/cdktf/index.js"))).toBe(true);
  });

  it("keeps states in files, whatever the project says, and the rest of what it says", () => {
    const read = (folder: string) => JSON.parse(readFileSync(join(folder, "cdktf.json"), "utf8"));

    expect(read(target)).toEqual({ language: "typescript", context: { other: 1 } });
    expect(read(source).context.state).toEqual({ backend: "s3" });
  });

  it("copies a project without a context", () => {
    write("cdktf.json", '{"app":"true"}');

    stageProject(source, target);

    expect(readFileSync(join(target, "cdktf.json"), "utf8")).toBe('{\n  "app": "true"\n}\n');
  });
});
