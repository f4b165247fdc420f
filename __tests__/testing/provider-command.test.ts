import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describeTerraform } from "../support/terraform";

jest.setTimeout(60_000);

const REPOSITORY = join(__dirname, "..", "..");
const COMMAND = join(REPOSITORY, "tools", "bin", "cdktf-mesos-tools.js");

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "cdktf-mesos-cli-"));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [COMMAND, "provider", "--store", store(), ...args], {
    cwd: REPOSITORY,
    stdio: "pipe",
  });
}

function ended(child: ChildProcess): Promise<Ended> {
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((done) => child.once("close", (code) => done({ code, output })));
}

function provider(...args: string[]): Promise<Ended> {
  return ended(start(...args));
}

function store(): string {
  return join(directory, "cloud.json");
}

describe("cdktf-mesos-tools provider", () => {
  test.each([0, 1, 7, 255])("ends with its command's exit code: %i", async (code) => {
    expect(await provider("--", "sh", "-c", `exit ${code}`)).toMatchObject({ code });
  });

  it("passes arguments on as they are", async () => {
    const { output } = await provider("--", "printf", "%s|", "--store", "a b", "$HOME", "--");

    expect(output).toBe("--store|a b|$HOME|--|");
  });

  it("tells its command where both providers are, for Terraform and OpenTofu", async () => {
    const { output } = await provider(
      "--",
      "sh",
      "-c",
      'echo "$TF_REATTACH_PROVIDERS"; echo "$CHECKPOINT_DISABLE"',
    );
    const [providers = "", checkpoint] = output.split("\n");

    expect(Object.keys(JSON.parse(providers) as object).sort()).toEqual([
      "registry.opentofu.org/hashicorp/aws",
      "registry.opentofu.org/hashicorp/null",
      "registry.terraform.io/hashicorp/aws",
      "registry.terraform.io/hashicorp/null",
    ]);
    expect(Object.values(JSON.parse(providers) as object)[0]).toEqual({
      Protocol: "grpc",
      ProtocolVersion: 6,
      Pid: expect.any(Number),
      Test: true,
      Addr: { Network: "tcp", String: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
    });
    expect(checkpoint).toBe("1");
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "passes %s on, and waits for the command to end",
    async (signal) => {
      const script = `trap 'echo got it; exit 3' ${signal.slice(3)}; echo ready; for i in $(seq 100); do sleep 0.05; done`;
      const child = start("--", "sh", "-c", script);
      const end = ended(child);
      child.stdout?.once("data", () => child.kill(signal));

      expect(await end).toEqual({ code: 3, output: "ready\ngot it\n" });
    },
  );

  it("ends as a shell would when a signal ends the command", async () => {
    expect(await provider("--", "sh", "-c", "kill -KILL $$")).toMatchObject({ code: 137 });
  });

  it("fails when the command is not there", async () => {
    expect(await provider("--", "no-such-command")).toEqual({
      code: 1,
      output:
        'cdktf-mesos-tools: the command "no-such-command" was not found or may not be run; install it, or give its path\n',
    });
  });

  it("fails when the bindings are not installed", async () => {
    const { code, output } = await provider("--project", directory, "--", "true");

    expect(code).toBe(1);
    expect(output).toContain(
      `the bindings @cdktf/provider-aws are not installed in ${JSON.stringify(directory)}`,
    );
  });

  it("says in its help how to use it with cdktf", async () => {
    const { output } = await provider("--help");

    expect(output).toContain("cdktf needs --skip-provider-lock");
    expect(output).toContain("npx cdktf-mesos-tools provider -- npx cdktf deploy");
  });
});

describeTerraform("terraform under cdktf-mesos-tools provider", () => {
  it("finds in one command what an earlier one made", async () => {
    const stack = join(directory, "cdktf.out", "stacks", "s");
    mkdirSync(stack, { recursive: true });
    symlinkSync(join(REPOSITORY, "node_modules"), join(directory, "node_modules"));
    const vpc = { aws_vpc: { v: { cidr_block: "10.0.0.0/16" } } };
    writeFileSync(
      join(stack, "cdk.tf.json"),
      JSON.stringify({ provider: { aws: [{ region: "eu-west-1" }] }, resource: vpc }),
    );
    const terraform = (...args: string[]) =>
      provider("--project", directory, "--", "terraform", `-chdir=${stack}`, ...args);

    await terraform("init", "-no-color");
    const applied = await terraform("apply", "-no-color", "-auto-approve");
    const planned = await terraform("plan", "-no-color", "-detailed-exitcode");
    const made = readFileSync(store(), "utf8");
    const destroyed = await terraform("destroy", "-no-color", "-auto-approve");

    expect(applied.output).toContain("1 added");
    expect(planned).toMatchObject({ code: 0, output: expect.stringContaining("No changes.") });
    expect(made).toContain('"aws_vpc"');
    expect(destroyed.output).toContain("1 destroyed");
    expect(JSON.parse(readFileSync(store(), "utf8"))).toEqual([]);
  });
});
