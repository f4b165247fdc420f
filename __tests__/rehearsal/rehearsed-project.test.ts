import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { leftBehind } from "../../tools/rehearsal/leftovers";
import { RehearsedProject } from "../../tools/rehearsal/rehearsed-project";
import { writeProjectWithCli } from "./small-project";
import { temporaryDirectory } from "./support";

/** Prints what it was given, and ends as it is told. */
const CLI = `
const { AWS_PROFILE, TF_LOG, TF_REATTACH_PROVIDERS, TF_CLI_CONFIG_FILE, TMPDIR, HOME, MARK } = process.env;
const variables = Object.entries(process.env).filter(([name]) => name.startsWith("TF_VAR_"));
console.log(JSON.stringify({
  args: process.argv.slice(2), cwd: process.cwd(), AWS_PROFILE, TF_LOG, TMPDIR, TF_CLI_CONFIG_FILE, HOME, MARK,
  providers: Object.keys(JSON.parse(TF_REATTACH_PROVIDERS)).sort(), variables: Object.fromEntries(variables),
}));
console.error("an error");
process.exitCode = Number(process.env.MARK ?? 0);
if (process.argv[2] === "wait") setInterval(() => undefined, 1000);
`;

describe("RehearsedProject", () => {
  const { directory, remove } = temporaryDirectory();
  const source = join(directory, "source");
  const folder = join(directory, "rehearsal");
  let project: RehearsedProject;

  beforeAll(async () => {
    process.env.AWS_PROFILE = "an-account";
    process.env.TF_LOG = "TRACE";
    process.env.TF_VAR_access_key = "AKIA";
    writeProjectWithCli(source, CLI);
    project = await RehearsedProject.start({ source, directory: folder });
  });
  afterAll(async () => {
    for (const name of ["AWS_PROFILE", "TF_LOG", "TF_VAR_access_key"])
      Reflect.deleteProperty(process.env, name);
    await project.close();
    remove();
  });

  it("runs the project's own cdktf on the copy, and nothing of the caller's leads to an account", async () => {
    const lines: string[] = [];
    const { code, output } = await project.cdktf(["deploy", "a b", "$x"], {
      onLine: (line) => lines.push(line),
      env: { MARK: "7" },
    });

    expect(code).toBe(7);
    expect(lines.sort()).toEqual(output.split("\n").sort());
    expect(lines).toContain("an error");
    expect(JSON.parse(lines.find((line) => line.startsWith("{")) as string)).toEqual({
      args: ["deploy", "a b", "$x"],
      cwd: join(folder, "project"),
      HOME: process.env.HOME,
      MARK: "7",
      TMPDIR: join(folder, "tmp"),
      TF_CLI_CONFIG_FILE: join(folder, "terraform.rc"),
      providers: expect.arrayContaining([
        "registry.terraform.io/hashicorp/aws",
        "registry.terraform.io/hashicorp/null",
      ]),
      variables: {
        TF_VAR_private_key_file: project.rehearsal.privateKeyFile,
        TF_VAR_aws_key_name: "rehearsal",
        TF_VAR_admin_cidrs: '["127.0.0.0/8"]',
        TF_VAR_ssh_port: String(project.rehearsal.sshPort),
      },
    });
  });

  it("hands out the process, to send it a signal", async () => {
    const run = await project.cdktf(["wait"], {
      onStart: (child) => child.stdout?.once("data", () => child.kill("SIGTERM")),
    });

    expect(run.code).toBe(-1);
  });

  it("knows a stack's state, and an empty one where there is none", () => {
    expect(project.state("mesos")).toEqual({ resources: [] });

    const resources = [
      { type: "aws_instance", name: "M", mode: "managed", instances: [{ attributes: { id: "i-1" } }] },
    ];
    writeFileSync(
      join(project.project, "terraform.mesos.tfstate"),
      JSON.stringify({ version: 4, resources }),
    );

    expect(project.state("mesos").resources).toEqual(resources);
  });

  it("names machines that no state knows", async () => {
    for (const id of ["i-1", "i-2"]) {
      await project.rehearsal.hooks.created?.("aws_instance", { id, tags_all: { Name: `name-of-${id}` } });
    }

    expect(project.orphans(["mesos", "sock-shop"])).toEqual([
      { id: "i-2", name: "name-of-i-2", addresses: [] },
    ]);
    expect(project.orphans(["sock-shop"]).map(({ id }) => id)).toEqual(["i-1", "i-2"]);
  });

  it("leaves its key when it is closed, and nothing else", async () => {
    await project.close();

    const left = leftBehind({ directory: folder, sshPort: project.rehearsal.sshPort });
    expect(left.filter((line) => !line.startsWith(`file ${folder}/id_ed25519`))).toEqual([
      `file ${folder}/machines`,
    ]);
    expect(readdirSync(source).sort()).toEqual(["cdktf.json", "node_modules"]);
  });

  it("fails for a project whose cdktf is not installed", async () => {
    const bare = join(directory, "bare");
    mkdirSync(join(bare, "node_modules"), { recursive: true });
    writeFileSync(join(bare, "cdktf.json"), "{}");

    await expect(
      RehearsedProject.start({ source: bare, directory: join(directory, "third") }),
    ).rejects.toThrow(
      new Error(
        `cdktf-cli is missing among the dependencies of ${JSON.stringify(bare)}; ` +
          "run npm install --save-dev cdktf-cli",
      ),
    );
  });

  it("stops the machines' network when the project is none", async () => {
    const other = join(directory, "other");
    mkdirSync(join(directory, "empty"));

    await expect(
      RehearsedProject.start({ source: join(directory, "empty"), directory: other }),
    ).rejects.toThrow(
      new Error(
        `cdktf.json is missing in ${JSON.stringify(join(directory, "empty"))}; run it in the folder of a cdktf project`,
      ),
    );
    expect(existsSync(join(other, "project"))).toBe(false);
    // a second one may use the folder at once
    await expect(
      RehearsedProject.start({ source: join(directory, "empty"), directory: other }),
    ).rejects.toThrow("cdktf.json is missing");
  });
});
