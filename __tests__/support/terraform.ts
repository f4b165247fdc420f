import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { App } from "cdktf";

import { startTestProvider } from "../../tools/testing";
import type { CloudHooks, TestProvider } from "../../tools/testing";

const REPOSITORY = join(__dirname, "..", "..");

/** What a command printed, on both of its outputs, and how it ended. */
export interface TerraformRun {
  readonly code: number;
  readonly output: string;
}

/**
 * `describe` for tests that run the real Terraform. Where there is none they are skipped, visibly; in CI, which has
 * one, its absence is a failure.
 */
export function describeTerraform(name: string, tests: () => void): void {
  if (spawnSync("terraform", ["version"]).status === 0) {
    describe(name, tests);
  } else if (process.env.CI) {
    describe(name, () => it("needs terraform on PATH", () => expect("terraform").toBe("on PATH")));
  } else {
    process.stderr.write(`skipped: ${name}: terraform is not on PATH\n`);
    describe.skip(`${name} (skipped: terraform is not on PATH)`, tests);
  }
}

/** One synthesized stack, with Terraform's commands as methods. */
export class StackFolder {
  private isInitialized = false;

  constructor(
    readonly directory: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  validate(): Promise<TerraformRun> {
    return this.run("validate");
  }

  plan(...args: string[]): Promise<TerraformRun> {
    return this.run("plan", "-input=false", ...args);
  }

  apply(...args: string[]): Promise<TerraformRun> {
    return this.run("apply", "-input=false", "-auto-approve", ...args);
  }

  destroy(...args: string[]): Promise<TerraformRun> {
    return this.run("destroy", "-input=false", "-auto-approve", ...args);
  }

  /** The plan as JSON: `resource_changes` and all the rest. */
  async planJson(...args: string[]): Promise<Json> {
    const file = join(this.directory, "test.plan");
    const { code, output } = await this.plan(`-out=${file}`, ...args);
    if (code !== 0) throw new Error(output);
    return this.json("show", "-json", file);
  }

  /** The state as JSON. */
  stateJson(): Promise<Json> {
    return this.json("show", "-json");
  }

  /** Attributes of every resource in the state, by address. */
  async resources(): Promise<Record<string, Json>> {
    const state = await this.stateJson();
    const found: { address: string; values: Json }[] = state.values?.root_module?.resources ?? [];
    return Object.fromEntries(found.map(({ address, values }) => [address, values]));
  }

  /** Runs any of Terraform's commands in the folder, after `init` where that is still to be done. */
  async run(command: string, ...args: string[]): Promise<TerraformRun> {
    if (!this.isInitialized) {
      const init = await this.execute(["init", "-no-color", "-input=false", "-reconfigure"]);
      if (init.code !== 0) return init;
      this.isInitialized = true;
    }
    return this.execute([command, "-no-color", ...args]);
  }

  /** Another `init` is needed when the stack's backend is another. */
  changed(): void {
    this.isInitialized = false;
  }

  private async json(command: string, ...args: string[]): Promise<Json> {
    const { code, output } = await this.run(command, ...args);
    if (code !== 0) throw new Error(output);
    return JSON.parse(output) as Json;
  }

  private execute(args: string[]): Promise<TerraformRun> {
    const child = spawn("terraform", args, { cwd: this.directory, env: this.env, stdio: "pipe" });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    }
    return new Promise((done, fail) => {
      child.once("error", fail);
      child.once("close", (code) => done({ code: code ?? -1, output }));
    });
  }
}

/** Whatever Terraform says in JSON. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests pick what they look at
export type Json = any;

/** A project in a folder of its own, deployed by the real Terraform into a pretended cloud. */
export class TerraformProject {
  private readonly stacks = new Map<string, StackFolder>();

  constructor(
    readonly directory: string,
    readonly provider: TestProvider,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** What exists in the pretended cloud. */
  get cloud(): TestProvider["cloud"] {
    return this.provider.cloud;
  }

  /** Writes a stack as if it had been synthesized. */
  write(stack: object, name = "test"): StackFolder {
    const folder = this.stack(name);
    mkdirSync(folder.directory, { recursive: true });
    writeFileSync(
      join(folder.directory, "cdk.tf.json"),
      JSON.stringify(withOwnState(stack, this.directory), null, 2),
    );
    folder.changed();
    return folder;
  }

  /**
   * Synthesizes stacks; they are then had by `stack(name)`.
   *
   * A stack without a backend of its own choice keeps its state in the project's folder.
   */
  synth(build: (app: App) => void, context?: Record<string, unknown>): void {
    const app = new App({ outdir: join(this.directory, "cdktf.out"), ...(context && { context }) });
    build(app);
    app.synth();
    for (const { name, synthesizedStackPath } of Object.values(this.manifest())) {
      const file = join(this.directory, "cdktf.out", synthesizedStackPath);
      this.write(JSON.parse(readFileSync(file, "utf8")) as object, name);
    }
  }

  /** A stack's folder. */
  stack(name: string): StackFolder {
    const directory = join(this.directory, "cdktf.out", "stacks", name);
    const folder = this.stacks.get(name) ?? new StackFolder(directory, this.env);
    this.stacks.set(name, folder);
    return folder;
  }

  /** Stops the provider and removes the folder. */
  async close(): Promise<void> {
    await this.provider.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private manifest(): Record<string, { name: string; synthesizedStackPath: string }> {
    const file = join(this.directory, "cdktf.out", "manifest.json");
    const { stacks } = JSON.parse(readFileSync(file, "utf8")) as {
      stacks: Record<string, { name: string; synthesizedStackPath: string }>;
    };
    return stacks;
  }
}

/**
 * Makes a project for Terraform, with the bindings installed in this repository.
 *
 * Close it when done, in `afterAll`.
 */
export async function terraformProject(hooks: CloudHooks = {}): Promise<TerraformProject> {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-mesos-"));
  const provider = await startTestProvider({
    projectDirectory: directory,
    bindingsDirectory: REPOSITORY,
    storeFile: join(directory, "cloud.json"),
    hooks,
    dependencyTimeoutSec: 1,
  });
  const settings = join(directory, "terraform.rc");
  writeFileSync(settings, "");
  const env = { ...process.env, ...provider.env, TF_CLI_CONFIG_FILE: settings, TF_IN_AUTOMATION: "1" };
  return new TerraformProject(directory, provider, env);
}

/** cdktf's default state file lies in the folder a test happens to run in. */
function withOwnState(stack: Json, directory: string): Json {
  const path: string | undefined = stack.terraform?.backend?.local?.path;
  if (path === undefined || dirname(path) !== process.cwd()) return stack;
  const local = { path: join(directory, path.slice(process.cwd().length + 1)) };
  return { ...stack, terraform: { ...stack.terraform, backend: { local } } };
}
