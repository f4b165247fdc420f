import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { type FileProvisioner, Fn, type RemoteExecProvisioner, type SSHProvisionerConnection } from "cdktf";
import { Construct } from "constructs";
import { ValidationError } from "../errors";
import { sha256 } from "../private/hash";
import { terraformLiteral } from "../private/terraform-literal";
import type { HealthCheck } from "./health-check";
import { type Launcher, UPLOADS } from "./launcher";
import type { IMesosCluster } from "./mesos-cluster";
import { sshConnection } from "./ssh-access";
import { definitionText, definitionTokens } from "./task-definition";
import { copyNames, taskInfo } from "./task-info";
import type { TaskLink } from "./task-link";
import { DEFAULT_START_TIMEOUT_SEC, taskSpec } from "./task-spec";
import type { UpdateStrategy } from "./update-strategy";

/** Properties for `MesosTask`. */
export interface MesosTaskProps {
  /** The cluster that runs the task. */
  readonly cluster: IMesosCluster;
  /**
   * Name of the task, a DNS label; the only one of its name on the cluster.
   *
   * Other tasks find it by this name.
   */
  readonly taskName: string;
  /** Image in a Docker registry, with a tag or a digest: `weaveworksdemos/catalogue:0.3.5`. */
  readonly image: string;
  /**
   * Command line for the image's `/bin/sh`; the image's entrypoint and command are ignored.
   *
   * @default - none
   */
  readonly shellCommand?: string;
  /**
   * Program and arguments to run; the image's entrypoint and command are ignored.
   *
   * @default - none
   */
  readonly command?: string[];
  /**
   * Arguments for the image's entrypoint, instead of the image's command.
   *
   * @default - the image's command
   */
  readonly args?: string[];
  /**
   * Environment variables.
   *
   * They stand in the configuration, and a Terraform value among them in the state: no place for a secret.
   *
   * @default - those of the image
   */
  readonly environment?: Record<string, string>;
  /**
   * CPUs the task may use; Mesos adds 0.1 for its executor.
   *
   * @default 0.2
   */
  readonly cpus?: number;
  /**
   * Memory the task may use, in MiB, a hard limit; Mesos adds 32 for its executor.
   *
   * @default 256
   */
  readonly memoryMiB?: number;
  /**
   * TCP ports the task listens on, for those who look it up or link to it.
   *
   * @default - none
   */
  readonly ports?: number[];
  /**
   * TCP ports of the agent itself that the task listens on: it runs on the agent's network, and no two tasks that take
   * the same port share an agent. The agents must offer them; those of `MesosCluster` offer 80 and 31000 to 32000.
   *
   * @default - none: the task is on the overlay
   */
  readonly hostPorts?: number[];
  /**
   * Labels that Mesos shows with the task.
   *
   * @default - none
   */
  readonly labels?: Record<string, string>;
  /**
   * Other tasks of the cluster this one talks to. They are checked at synth; of those with `startAfter` the task is
   * started after.
   *
   * @default - none
   */
  readonly links?: TaskLink[];
  /**
   * How Mesos finds out whether the task is well. A task with one counts as started when it has passed it once, and is
   * killed and started anew when it is sick.
   *
   * @default - none: a task is well as long as its process runs
   */
  readonly healthCheck?: HealthCheck;
  /**
   * Time the task has to end by itself when it is stopped, between SIGTERM and SIGKILL, in seconds.
   *
   * @default - 3, as Mesos has it
   */
  readonly killGraceSec?: number;
  /**
   * How many copies run, all found by the task's name. Their ids in Mesos begin with `<taskName>-1` and so on.
   *
   * @default 1
   */
  readonly replicas?: number;
  /**
   * How a changed task takes the place of the one that runs.
   *
   * @default - START_FIRST; STOP_FIRST where there are `hostPorts`, as the old one may hold them on every agent
   */
  readonly updateStrategy?: UpdateStrategy;
  /**
   * How long the task may take from its definition to running, in seconds; the pull of its image included.
   *
   * @default 600
   */
  readonly startTimeoutSec?: number;
}

/** One container kept running on Mesos by `mesos-execute`, under systemd on the masters. */
export class MesosTask extends Construct {
  /** Name of the task. */
  public readonly taskName: string;

  constructor(scope: Construct, id: string, props: MesosTaskProps) {
    super(scope, id);
    const spec = taskSpec(this, props);
    const launcher = props.cluster._launcher;
    const infos = copyNames(spec).map((copy) => taskInfo(spec, copy));
    const definitions = renderDefinitions(this, infos);
    this.taskName = props.taskName;

    const { startTimeoutSec = DEFAULT_START_TIMEOUT_SEC } = props;
    const resource = new NullResource(this, "Resource", {
      triggers: triggers(launcher, definitions, definitionTokens(infos[0])),
      // a generation is of the change that something else asks for
      lifecycle: { ignoreChanges: ['triggers["generation"]'] },
      dependsOn: launcher.addService(this, spec),
      provisioners: provisioners(launcher, props.taskName, { definitions, startTimeoutSec }),
    });
    launcher.startOrder.add(spec.taskName, resource, startsAfter(spec.links));
  }
}

function startsAfter(links: readonly TaskLink[]): string[] {
  return links.filter(({ startAfter }) => startAfter === true).map(({ taskName }) => taskName);
}

/**
 * Brings the definitions to every launcher before any of them acts: one that cannot be reached changes nothing. Who leads
 * launches, and can tell best of what fails; the first one waits in any case, as the leader may change.
 */
function provisioners(
  { ssh, hosts, root }: Launcher,
  taskName: string,
  { definitions, startTimeoutSec }: { definitions: string; startTimeoutSec: number },
): (FileProvisioner | RemoteExecProvisioner)[] {
  const upload = `${UPLOADS}/${taskName}.json`;
  const install = `sudo ${root}/bin/install-service ${taskName} "$HOME/${upload}" \${self.triggers.generation}`;
  const wait = `sudo ${root}/bin/wait-service ${taskName} ${startTimeoutSec}`;
  const waitIfLeading = wait.replace("wait-service", "if-leading wait-service");
  const [first, ...others] = hosts.map(({ host }) => sshConnection(ssh, host)) as [
    SSHProvisionerConnection,
    ...SSHProvisionerConnection[],
  ];
  const act = (connection: SSHProvisionerConnection, ...commands: string[]): RemoteExecProvisioner => ({
    type: "remote-exec",
    connection,
    inline: ["set -e", ...commands],
  });
  const bring = (connection: SSHProvisionerConnection): FileProvisioner => ({
    type: "file",
    connection,
    content: definitions,
    destination: upload,
  });
  if (others.length === 0) return [bring(first), act(first, install, wait)];
  return [
    ...[first, ...others].map(bring),
    ...[first, ...others].map((connection) => act(connection, install)),
    ...others.map((connection) => act(connection, waitIfLeading)),
    act(first, wait),
  ];
}

/** What makes the task be reconciled again; never a secret, an address or a path. */
function triggers(launcher: Launcher, definitions: string, tokens: string[]): Record<string, string> {
  const instances = launcher.hosts.flatMap(({ instanceId }) =>
    instanceId === undefined ? [] : [instanceId],
  );
  return {
    definition: sha256(definitions.replace(/TfToken\[[^\]]*\]/g, "token")),
    ...Object.fromEntries(tokens.map((token, index) => [`value_${index + 1}`, token])),
    ...Object.fromEntries(instances.map((instanceId, index) => [`master_${index + 1}`, instanceId])),
    repair: terraformLiteral(launcher.repair),
    generation: Fn.formatdate("YYYYMMDDhhmmss", Fn.plantimestamp()),
  };
}

/** One definition a line. */
function renderDefinitions(scope: Construct, infos: readonly object[]): string {
  try {
    return infos.map(definitionText).join("\n");
  } catch (error) {
    throw new ValidationError(scope, (error as Error).message);
  }
}
