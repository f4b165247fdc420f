import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkInStep, readManifest, tarball } from "../../tools/package/manifest";
import { changes } from "../../tools/package/pretended-cloud";
import { programs, synthesizes } from "../../tools/package/programs";
import { checkScripts, checkWhole } from "../../tools/package/shipped-files";
import { publishedManifest, stageTools } from "../../tools/package/stage";

const REPOSITORY = join(__dirname, "../..");

describe("programs", () => {
  it("are the blocks fenced as ts, as they stand", () => {
    const markdown = "a\n```ts\nconst a = 1;\n\nb();\n```\n```sh\nls\n```\n```ts\napp.synth();\n```\n";

    expect(programs(markdown)).toEqual(["const a = 1;\n\nb();\n", "app.synth();\n"]);
    expect(programs(markdown).map(synthesizes)).toEqual([false, true]);
  });

  it("are none where there is none", () => {
    expect(programs("```tsx\n<a/>\n```\n    ```ts\n")).toEqual([]);
  });
});

describe("publishedManifest", () => {
  it("leaves out what serves the repository only, and names what is packed", () => {
    const text = JSON.stringify({
      name: "x",
      workspaces: ["tools"],
      scripts: {},
      allowScripts: {},
      jsii: {},
    });

    expect(JSON.parse(publishedManifest(text))).toEqual({
      name: "x",
      jsii: {},
      files: ["lib", "!lib/**/*.ts", "lib/**/*.d.ts", ".jsii", "CHANGELOG.md"],
    });
  });
});

describe("checkInStep", () => {
  const library = { name: "library", version: "1.2.0", peerDependencies: { aws: "^21.0.0" } };

  it("holds for what this repository publishes", () => {
    expect(() =>
      checkInStep(readManifest(REPOSITORY), readManifest(join(REPOSITORY, "tools"))),
    ).not.toThrow();
  });

  it("lets the tools have peers of their own", () => {
    const tools = { name: "tools", version: "1.2.0", peerDependencies: { aws: "^21.0.0", cli: "^0.21.0" } };

    expect(() => checkInStep(library, tools)).not.toThrow();
  });

  it.each([
    [
      { name: "tools", version: "1.1.0" },
      'tools has the version "1.1.0", library "1.2.0"; set both by: npm version --no-git-tag-version --workspaces --include-workspace-root X.Y.Z',
    ],
    [
      { name: "tools", version: "1.2.0", peerDependencies: { aws: "^22.0.0" } },
      'tools asks for aws "^22.0.0", library for "^21.0.0"; write the same range into both package.json',
    ],
  ])("refuses %j", (tools, message) => {
    expect(() => checkInStep(library, tools)).toThrow(new Error(message));
  });
});

describe("tarball", () => {
  it("is named as npm pack names it", () => {
    expect(tarball({ name: "cdktf-mesos-tools", version: "1.2.0" })).toBe("cdktf-mesos-tools-1.2.0.tgz");
  });
});

describe("changes", () => {
  it.each([
    ["payments  Apply complete! Resources: 66 added, 1 changed, 2 destroyed.\n", [66, 1, 2]],
    [
      "Apply complete! Resources: 1 added, 0 changed, 0 destroyed.\nDestroy complete! Resources: 7 destroyed.",
      [0, 0, 7],
    ],
  ])("are what the last summary of %j says", (output, [added, changed, destroyed]) => {
    expect(changes(output)).toEqual({ added, changed, destroyed });
  });

  it("are unknown where Terraform says nothing", () => {
    expect(() => changes("No changes.")).toThrow(
      new Error("Terraform does not say what it did:\nNo changes."),
    );
  });
});

describe("files of a package", () => {
  let directory: string;
  let source: string;
  let installed: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "cdktf-mesos-shipped-"));
    source = join(directory, "source");
    installed = join(directory, "installed");
    mkdirSync(join(source, "images/bin"), { recursive: true });
    writeFileSync(join(source, "a.proto"), "");
    writeFileSync(join(source, "images/bin/run"), "", { mode: 0o755 });
    cpSync(source, installed, { recursive: true });
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("are whole when each is there and executable where it was", () => {
    expect(() => checkWhole(source, installed)).not.toThrow();
    expect(() => checkScripts(source, installed)).not.toThrow();
  });

  it("are not whole when one is missing", () => {
    const file = join(installed, "a.proto");
    rmSync(file);

    expect(() => checkWhole(source, installed)).toThrow(
      new Error(`${JSON.stringify(file)} is missing in the package; see "files" in its package.json`),
    );
  });

  it("are not whole when one is no longer executable", () => {
    const file = join(installed, "images/bin/run");
    chmodSync(file, 0o644);

    expect(() => checkWhole(source, installed)).toThrow(
      new Error(`${JSON.stringify(file)} is executable only in the repository`),
    );
    expect(() => checkScripts(source, installed)).toThrow(/EACCES/);
  });

  it("must hold scripts where scripts are looked for", () => {
    const folder = join(source, "images/bin");

    expect(() => checkScripts(folder, folder)).toThrow(
      new Error(`${JSON.stringify(folder)} holds no scripts in a directory bin`),
    );
  });

  it("of the tools are staged with the repository's documents", () => {
    const stage = join(directory, "stage");
    stageTools(REPOSITORY, stage);

    const { files = [] } = readManifest(stage);
    const missing = [...files, "LICENSE", "README.md"].filter((name) => !existsSync(join(stage, name)));

    expect(files).toContain("testing");
    expect(missing).toEqual([]);
    expect(() => checkWhole(join(REPOSITORY, "tools/rehearsal"), join(stage, "rehearsal"))).not.toThrow();
  });
});
