import { join } from "node:path";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ValidationError } from "../errors";
import { scriptDirectory } from "../private/script-directory";
import { terraformLiteral } from "../private/terraform-literal";
import type { AgentPool } from "./capacity";
import { DeclaredTasks } from "./declared-tasks";
import { type ResolvedSshAccess, sshConnection } from "./ssh-access";
import { StartOrder } from "./start-order";
import type { TaskSpec } from "./task-info";
import { Teardown } from "./teardown";

/** A machine that is, or shall be, a launcher: it runs `mesos-execute`. */
export interface MesosHost {
  /** Address the machine that runs Terraform connects to. */
  readonly host: string;
  /**
   * Identity of the machine; when it changes, the machine was replaced and gets its files again.
   *
   * @default - the host's address
   */
  readonly instanceId?: string;
}

/** What a user may say of how tasks are launched, whatever the cluster. */
export interface LauncherOptions {
  /**
   * Directory of our scripts on the masters.
   *
   * @default "/opt/cdktf-mesos"
   */
  readonly directory?: string;
  /**
   * A changed value makes every task be reconciled again; for those that run as declared nothing happens.
   *
   * @default ""
   */
  readonly repair?: string;
  /**
   * Whether the masters are gone for good: then destroying contacts nothing.
   *
   * @default false
   */
  readonly forget?: boolean;
}

/** Properties for `Launcher`. */
export interface LauncherProps {
  readonly hosts: MesosHost[];
  readonly ssh: ResolvedSshAccess;
  /** Where Mesos' leading master is found, as `mesos-execute --master` takes it. */
  readonly masterUrl: string;
  readonly options: LauncherOptions;
  /** What must exist before the masters can be reached, and as long as they shall be. */
  readonly reach: ITerraformDependable[];
  /** What runs the tasks. */
  readonly agents: AgentPool;
}

/** Directory on a launcher, below the home directory of the SSH user, where uploads arrive. */
export const UPLOADS = ".cdktf-mesos";

const DIRECTORY = join(__dirname, "launcher");

/** The masters' half of `mesos-execute`: scripts and a systemd unit on each, and the resource that stops what they run. */
export class Launcher extends Construct {
  public readonly ssh: ResolvedSshAccess;
  public readonly hosts: MesosHost[];
  /** Directory of the launcher's own files on the masters. */
  public readonly root: string;
  public readonly repair: string;
  /** What runs the tasks. */
  public readonly agents: AgentPool;
  /** Which task is started after which. */
  public readonly startOrder = new StartOrder();
  private readonly tasks: DeclaredTasks;
  private readonly teardown: Teardown;
  private files?: NullResource[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: LauncherProps,
  ) {
    super(scope, id);
    const { directory = "/opt/cdktf-mesos", repair = "", forget = false } = props.options;
    validateDirectory(this, directory);
    this.ssh = props.ssh;
    this.hosts = props.hosts;
    this.root = `${directory}/launcher`;
    this.repair = repair;
    this.agents = props.agents;
    this.tasks = new DeclaredTasks(scope, props.agents);
    this.teardown = new Teardown(this, "Teardown", {
      hosts: props.hosts.map(({ host }) => host),
      ssh: props.ssh,
      launcherRoot: this.root,
      reach: props.reach,
      agents: props.agents.members ?? [],
      forget,
    });
  }

  /**
   * Registers a service and uploads the launcher if it is the first one.
   *
   * @returns what the service's resource depends on
   * @throws ValidationError when its name is taken
   */
  public addService(scope: Construct, spec: TaskSpec): ITerraformDependable[] {
    this.tasks.add(scope, spec);
    this.teardown.add(spec.taskName);
    return [this.teardown.services, ...this.upload()];
  }

  /** Names of the services, which may still become more. */
  public get services(): readonly string[] {
    return this.teardown.names;
  }

  /** Uploads the launcher to every master, once, whoever asks. */
  public upload(): NullResource[] {
    this.files ??= this.createFiles();
    return this.files;
  }

  private createFiles(): NullResource[] {
    const asset = scriptDirectory(this, "Files", DIRECTORY);
    const removal = this.teardown.addLauncher();
    return this.hosts.map(({ host, instanceId }, index) => {
      const upload = `${UPLOADS}/launcher`;
      return new NullResource(this, `Master${index + 1}`, {
        triggers: {
          files: asset.assetHash,
          instance_id: instanceId ?? host,
          master_url: terraformLiteral(this.props.masterUrl),
          root: this.root,
          launchers: `${this.hosts.length}`,
        },
        dependsOn: [removal],
        connection: sshConnection(this.ssh, host),
        provisioners: [
          {
            type: "remote-exec",
            inline: ["set -eu", `rm -rf ${upload}`, `mkdir -p -m 700 ${UPLOADS} ${upload} ${upload}/etc`],
          },
          { type: "file", source: `${asset.path}/`, destination: upload },
          {
            type: "file",
            content: terraformLiteral(this.props.masterUrl),
            destination: `${upload}/etc/master`,
          },
          {
            type: "remote-exec",
            inline: [`sudo bash ${upload}/bin/install-launcher ${this.root} ${this.hosts.length}`],
          },
        ],
      });
    });
  }
}

function validateDirectory(scope: Construct, directory: string): void {
  if (!/^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)+$/.test(directory)) {
    throw new ValidationError(
      scope,
      `'directory' must be an absolute path of letters, digits, dots, hyphens and underscores, got ${JSON.stringify(directory)}`,
    );
  }
}
