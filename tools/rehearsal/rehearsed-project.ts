import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { startTestProvider } from "../testing";
import type { TestProvider } from "../testing";
import { startRehearsal } from "./index";
import type { Rehearsal, RehearsalOptions } from "./index";
import { temporaryFolder } from "./leftovers";
import type { MachineSummary } from "./loopback-cloud";
import type { PretendedAccount } from "./pretended-account";
import { shellWord } from "./shell-word";
import { stageProject } from "./staged-project";

/** What a rehearsed project is started with. */
export interface RehearsedProjectOptions extends Omit<RehearsalOptions, "directory"> {
  /** Folder of the cdktf project. */
  readonly source: string;
  /** A folder of the rehearsal's own. */
  readonly directory: string;
  /**
   * What is said in the copy's cdktf.json, as its context, besides what the original says there.
   *
   * @default - nothing
   */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** How a command ended, and all it printed. */
export interface CommandRun {
  readonly code: number;
  readonly output: string;
}

/** What a command may be given besides its arguments. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
  /** Called with the process once it runs, to send it a signal. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Names of variables that may lead to an account. */
const ACCOUNT = /^(AWS_|TF_)/;

/** A copy of a cdktf project, deployed by the real Terraform onto machines of a pretended account. */
export class RehearsedProject<A extends PretendedAccount = Rehearsal> {
  /**
   * Copies the project and starts an account whose machines are on loopback.
   *
   * @throws Error when this host cannot rehearse, with the way out
   */
  public static async start({
    source,
    context,
    ...options
  }: RehearsedProjectOptions): Promise<RehearsedProject> {
    const { directory } = options;
    return RehearsedProject.deployTo(await startRehearsal(options), { source, directory, context });
  }

  /**
   * Copies the project for an account that has been started; it is closed with the project.
   *
   * @throws Error when the folder is no project that can be deployed
   */
  public static async deployTo<A extends PretendedAccount>(
    account: A,
    { source, directory, context }: Pick<RehearsedProjectOptions, "source" | "directory" | "context">,
  ): Promise<RehearsedProject<A>> {
    try {
      const project = path.join(directory, "project");
      stageProject(source, project, context);
      cdktfCli(source);
      fs.rmSync(path.join(directory, "cloud.json"), { force: true });
      const provider = await startTestProvider({
        projectDirectory: project,
        storeFile: path.join(directory, "cloud.json"),
        hooks: account.hooks,
      });
      return new RehearsedProject(project, directory, account, provider);
    } catch (error) {
      await account.close();
      throw error;
    }
  }

  private constructor(
    /** Folder of the copy. */
    public readonly project: string,
    private readonly directory: string,
    public readonly rehearsal: A,
    public readonly provider: TestProvider,
  ) {}

  /** Runs the project's own `cdktf`. */
  public cdktf(args: readonly string[], options: RunOptions = {}): Promise<CommandRun> {
    const bin = path.join(cdktfCli(this.project), "bundle/bin/cdktf");
    return this.run(process.execPath, [bin, ...args], this.project, options);
  }

  /** Runs Terraform in a stack's folder. */
  public terraform(stack: string, args: readonly string[], options: RunOptions = {}): Promise<CommandRun> {
    return this.run("terraform", args, path.join(this.project, "cdktf.out/stacks", stack), options);
  }

  /** A stack's state as Terraform keeps it; empty where there is none, or an interrupt left a file without content. */
  public state(stack: string): TerraformState {
    const file = path.join(this.project, `terraform.${stack}.tfstate`);
    const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
    return text === "" ? { resources: [] } : (JSON.parse(text) as TerraformState);
  }

  /** Machines that run and that no state knows: on a real account they would cost money until someone finds them. */
  public orphans(stacks: readonly string[]): MachineSummary[] {
    const known = new Set(
      stacks
        .flatMap((stack) => this.state(stack).resources.flatMap(({ instances }) => instances))
        .map(({ attributes }) => attributes.id),
    );
    return this.rehearsal.machines().filter(({ id }) => !known.has(id));
  }

  /** Writes a file for a shell to source, after which `cdktf` and `terraform` work on the copy as they do here. */
  public writeEnvironment(file: string): void {
    const lines = Object.entries(this.variables()).map(
      ([name, value]) => `export ${name}=${shellWord(value)}`,
    );
    const text = [`unset $(compgen -e | grep -E '${ACCOUNT.source}')`, ...lines];
    fs.writeFileSync(file, `${text.join("\n")}\n`);
  }

  /** Stops everything; the copy and its states go too. */
  public async close(): Promise<void> {
    await this.provider.close();
    await this.rehearsal.close();
    for (const entry of ["project", "cloud.json", "tmp", "terraform.rc"]) {
      fs.rmSync(path.join(this.directory, entry), { recursive: true, force: true });
    }
  }

  private run(
    command: string,
    args: readonly string[],
    cwd: string,
    { env = {}, onLine, onStart }: RunOptions,
  ): Promise<CommandRun> {
    const child = spawn(command, args, {
      cwd,
      env: { ...this.environment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    onStart?.(child);
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => {
        lines.push(line);
        onLine?.(line);
      });
    }
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code: code ?? -1, output: lines.join("\n") }));
    });
  }

  /** The caller's environment less what leads to an account, plus the rehearsal's. */
  private environment(): NodeJS.ProcessEnv {
    const own = Object.entries(process.env).filter(([name]) => !ACCOUNT.test(name));
    return { ...Object.fromEntries(own), ...this.variables() };
  }

  /** What makes `cdktf` and `terraform` work on the copy. */
  public variables(): Record<string, string> {
    const temporary = temporaryFolder(this.directory);
    const settings = path.join(this.directory, "terraform.rc");
    fs.mkdirSync(temporary, { recursive: true });
    fs.writeFileSync(settings, "");
    return {
      ...this.provider.env,
      CHECKPOINT_DISABLE: "1",
      DISABLE_VERSION_CHECK: "1",
      FORCE_COLOR: "0",
      // an interrupted deploy leaves folders there
      TMPDIR: temporary,
      TF_CLI_CONFIG_FILE: settings,
      TF_VAR_private_key_file: this.rehearsal.privateKeyFile,
      TF_VAR_aws_key_name: "rehearsal",
      TF_VAR_admin_cidrs: '["127.0.0.0/8"]',
      TF_VAR_ssh_port: String(this.rehearsal.sshPort),
    };
  }
}

/**
 * Folder of a project's own cdktf.
 *
 * @throws Error when it is not installed
 */
export function cdktfCli(project: string): string {
  try {
    return path.dirname(require.resolve("cdktf-cli/package.json", { paths: [project] }));
  } catch {
    throw new Error(
      `cdktf-cli is missing among the dependencies of ${JSON.stringify(project)}; run npm install --save-dev cdktf-cli`,
    );
  }
}

/** As much of a state as we read. */
export interface TerraformState {
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly mode: string;
    readonly instances: readonly { readonly attributes: { readonly id: string } & Record<string, unknown> }[];
  }[];
}
