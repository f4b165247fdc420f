import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { Construct } from "constructs";
import { ValidationError } from "../errors";
import { sha256 } from "../private/hash";
import { terraformLiteral } from "../private/terraform-literal";
import type { HealthCheck } from "./health-check";
import { type Launcher, UPLOADS } from "./launcher";
import type { IMesosCluster } from "./mesos-cluster";
import { sshConnection } from "./ssh-access";
import { definitionText, definitionTokens } from "./task-definition";
import { taskIds, taskInfo } from "./task-info";
import type { TaskLink } from "./task-link";
import { DEFAULT_START_TIMEOUT_SEC, taskSpec } from "./task-spec";

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
   * How many copies run, all found by the task's name. Their ids in Mesos are `<taskName>-1` and so on.
   *
   * @default - one, whose id is the task's name
   */
  readonly replicas?: number;
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
    const infos = taskIds(spec).map((taskId) => taskInfo(spec, taskId));
    const definitions = renderDefinitions(this, infos);
    this.taskName = props.taskName;

    const upload = `${UPLOADS}/${props.taskName}.json`;
    const resource = new NullResource(this, "Resource", {
      triggers: triggers(launcher, definitions, definitionTokens(infos[0])),
      dependsOn: launcher.addService(this, spec),
      connection: sshConnection(launcher.ssh, (launcher.hosts[0] as { host: string }).host),
      provisioners: [
        { type: "file", content: definitions, destination: upload },
        {
          type: "remote-exec",
          inline: [
            `sudo ${launcher.root}/bin/reconcile-service ${props.taskName} ` +
              `"$HOME/${upload}" ${props.startTimeoutSec ?? DEFAULT_START_TIMEOUT_SEC}`,
          ],
        },
      ],
    });
    launcher.startOrder.add(spec.taskName, resource, startsAfter(spec.links));
  }
}

function startsAfter(links: readonly TaskLink[]): string[] {
  return links.filter(({ startAfter }) => startAfter === true).map(({ taskName }) => taskName);
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
