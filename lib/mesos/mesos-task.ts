import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { ValidationError } from "../errors";
import { sha256 } from "../private/hash";
import { validateKnownNumber, validateWholeNumber } from "../private/whole-number";
import { terraformLiteral } from "../private/terraform-literal";
import { type Launcher, UPLOADS } from "./launcher";
import type { IMesosCluster } from "./mesos-cluster";
import { sshConnection } from "./ssh-access";
import { definitionText, definitionTokens } from "./task-definition";
import { taskInfo, type TaskSpec } from "./task-info";

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
   * TCP ports the task listens on, for those who look it up.
   *
   * @default - none
   */
  readonly ports?: number[];
  /**
   * Tasks that must be running before this one is started.
   *
   * @default - none
   */
  readonly startAfter?: MesosTask[];
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
  private readonly reconcile: NullResource;

  constructor(scope: Construct, id: string, props: MesosTaskProps) {
    super(scope, id);
    const spec = validateProps(this, props);
    const launcher = props.cluster._launcher;
    const info = taskInfo(spec);
    const definition = renderDefinition(this, info);
    this.taskName = props.taskName;

    this.reconcile = new NullResource(this, "Resource", {
      triggers: triggers(launcher, definition, definitionTokens(info)),
      dependsOn: [
        ...launcher.addService(this, props.taskName),
        ...(props.startAfter ?? []).map((task) => task.reconcile),
      ],
      connection: sshConnection(launcher.ssh, (launcher.hosts[0] as { host: string }).host),
      provisioners: [
        { type: "file", content: definition, destination: `${UPLOADS}/${props.taskName}.json` },
        {
          type: "remote-exec",
          inline: [
            `sudo ${launcher.root}/bin/reconcile-task ${props.taskName} ` +
              `"$HOME/${UPLOADS}/${props.taskName}.json" ${props.startTimeoutSec ?? 600}`,
          ],
        },
      ],
    });
  }
}

/** What makes the task be reconciled again; never a secret, an address or a path. */
function triggers(launcher: Launcher, definition: string, tokens: string[]): Record<string, string> {
  const instances = launcher.hosts.flatMap(({ instanceId }) =>
    instanceId === undefined ? [] : [instanceId],
  );
  return {
    definition: sha256(definition.replace(/TfToken\[[^\]]*\]/g, "token")),
    ...Object.fromEntries(tokens.map((token, index) => [`value_${index + 1}`, token])),
    ...Object.fromEntries(instances.map((instanceId, index) => [`master_${index + 1}`, instanceId])),
    repair: terraformLiteral(launcher.repair),
  };
}

function renderDefinition(scope: Construct, info: object): string {
  try {
    return definitionText(info);
  } catch (error) {
    throw new ValidationError(scope, (error as Error).message);
  }
}

function validateProps(scope: Construct, props: MesosTaskProps): TaskSpec {
  validateTaskName(scope, props.taskName);
  validateImage(scope, props.image);
  validateCommand(scope, props);
  validateEnvironment(scope, props.environment ?? {});
  validateTexts(scope, props);
  const [cpus, memoryMiB] = [props.cpus ?? 0.2, props.memoryMiB ?? 256];
  validateNumber(scope, "cpus", cpus, cpus >= 0.01, "at least 0.01");
  validateNumber(scope, "memoryMiB", memoryMiB, memoryMiB >= 32, "at least 32, the least Mesos takes");
  validateWholeNumber(scope, "startTimeoutSec", props.startTimeoutSec ?? 600, [1, 86400]);
  const ports = props.ports ?? [];
  for (const port of ports) validateWholeNumber(scope, "ports", port, [1, 65535]);
  return { ...props, environment: props.environment ?? {}, cpus, memoryMiB, ports };
}

function validateTaskName(scope: Construct, taskName: string): void {
  if (Token.isUnresolved(taskName) || !/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(taskName)) {
    const got = Token.isUnresolved(taskName) ? "a token" : JSON.stringify(taskName);
    throw new ValidationError(
      scope,
      "'taskName' must be a DNS label, at most 63 lower-case letters, digits and hyphens that begin with a letter " +
        `and do not end in a hyphen, got ${got}`,
    );
  }
}

function validateImage(scope: Construct, image: string): void {
  if (!Token.isUnresolved(image) && !/^[a-zA-Z0-9][\w.:/@-]*$/.test(image)) {
    throw new ValidationError(
      scope,
      `'image' must be a Docker image like "weaveworksdemos/catalogue:0.3.5", got ${JSON.stringify(image)}`,
    );
  }
}

function validateCommand(scope: Construct, props: MesosTaskProps): void {
  const given = (["shellCommand", "command", "args"] as const).filter((name) => props[name] !== undefined);
  if (given.length > 1) {
    const names = given.map((name) => `'${name}'`).join(" and ");
    throw new ValidationError(
      scope,
      `at most one of 'shellCommand', 'command' and 'args' may be given, got ${names}`,
    );
  }
  if (props.command?.length === 0) {
    throw new ValidationError(
      scope,
      "'command' must name a program, got []; leave it out for the image's own",
    );
  }
}

function validateEnvironment(scope: Construct, environment: Record<string, string>): void {
  for (const name of Object.keys(environment)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new ValidationError(
        scope,
        `'environment' must have names of letters, digits and underscores, got ${JSON.stringify(name)}`,
      );
    }
  }
}

/** Texts no process can be given: its arguments and environment end at a NUL, and Mesos reads UTF-8. */
function validateTexts(scope: Construct, props: MesosTaskProps): void {
  const lists = {
    shellCommand: [props.shellCommand ?? ""],
    command: props.command ?? [],
    args: props.args ?? [],
    environment: Object.values(props.environment ?? {}),
  };
  for (const [property, texts] of Object.entries(lists)) {
    const bad = texts.find((text) => /[\0\p{Surrogate}]/u.test(text));
    if (bad !== undefined) {
      throw new ValidationError(
        scope,
        `'${property}' must hold no NUL character and no half of a surrogate pair, got ${JSON.stringify(bad)}`,
      );
    }
  }
}

function validateNumber(
  scope: Construct,
  property: string,
  value: number,
  valid: boolean,
  rule: string,
): void {
  validateKnownNumber(scope, property, value);
  if (!valid) throw new ValidationError(scope, `'${property}' must be ${rule}, got ${value}`);
}
