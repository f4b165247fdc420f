import { TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import { ValidationError } from "../errors";
import { DOCKER_IMAGE } from "../private/docker-image";
import { validateKnownNumber, validateWholeNumber } from "../private/whole-number";
import type { IMesosCluster } from "./mesos-cluster";
import type { MesosTaskProps } from "./mesos-task";
import type { TaskSpec } from "./task-info";
import { UpdateStrategy } from "./update-strategy";

/** How long a task may take to start where its props do not say. */
export const DEFAULT_START_TIMEOUT_SEC = 600;

/**
 * Checks the props of a task and applies their defaults.
 *
 * @throws ValidationError naming the property, the value and the rule
 */
export function taskSpec(scope: Construct, props: MesosTaskProps): TaskSpec {
  const { environment = {}, labels = {}, ports = [], hostPorts = [], links = [], replicas = 1 } = props;
  const [cpus, memoryMiB] = [props.cpus ?? 0.2, props.memoryMiB ?? 256];
  validateTaskName(scope, props.taskName);
  validateWholeNumber(scope, "replicas", replicas, [1, 1000]);
  validateImage(scope, props.image);
  validateCommand(scope, props);
  validateKnownLists(scope, props);
  validateStack(scope, props.cluster);
  validateEnvironment(scope, environment);
  validateTexts(scope, props);
  validateNumber(scope, "cpus", cpus, cpus >= 0.01 && cpus <= 1024, "from 0.01 to 1024");
  validateNumber(
    scope,
    "memoryMiB",
    memoryMiB,
    memoryMiB >= 32 && memoryMiB <= 2 ** 24,
    "from 32, the least Mesos takes, to 16777216",
  );
  const { startTimeoutSec = DEFAULT_START_TIMEOUT_SEC } = props;
  if (!Token.isUnresolved(startTimeoutSec)) {
    validateWholeNumber(scope, "startTimeoutSec", startTimeoutSec, [1, 86400]);
  }
  props.healthCheck?._validate(scope);
  if (props.killGraceSec !== undefined)
    validateWholeNumber(scope, "killGraceSec", props.killGraceSec, [0, 3600]);
  validatePorts(scope, "ports", ports);
  validatePorts(scope, "hostPorts", hostPorts);
  validatePorts(
    scope,
    "links.port",
    links.map(({ port }) => port),
  );
  const { updateStrategy = defaultStrategy(hostPorts) } = props;
  const defaulted = { environment, labels, cpus, memoryMiB, ports, hostPorts, links, replicas };
  return { ...props, ...defaulted, updateStrategy };
}

function validatePorts(scope: Construct, property: string, ports: readonly number[]): void {
  for (const port of ports) validateWholeNumber(scope, property, port, [1, 65535]);
}

/** A new copy could find no agent whose port the old one has not taken. */
function defaultStrategy(hostPorts: readonly number[]): UpdateStrategy {
  return hostPorts.length > 0 ? UpdateStrategy.STOP_FIRST : UpdateStrategy.START_FIRST;
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
  if (!Token.isUnresolved(image) && !DOCKER_IMAGE.test(image)) {
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

/** A list only Terraform knows would arrive as the text that stands for it. */
function validateKnownLists(scope: Construct, props: MesosTaskProps): void {
  for (const property of ["command", "args", "ports", "hostPorts", "links"] as const) {
    if (Token.isUnresolved(props[property])) {
      throw new ValidationError(
        scope,
        `'${property}' must be a list known at synth, got a token; give the list itself, its texts may be tokens`,
      );
    }
  }
}

/** cdktf would hand whole resources from stack to stack, and the cluster's stack could not be destroyed any more. */
function validateStack(scope: Construct, cluster: IMesosCluster): void {
  const [own, other] = [TerraformStack.of(scope), TerraformStack.of(cluster)];
  if (own !== other) {
    throw new ValidationError(
      scope,
      `'cluster' must be of the stack ${JSON.stringify(own.node.path)}, got one of ${JSON.stringify(other.node.path)}; ` +
        "import it into this stack by MesosCluster.fromAttributes",
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
    labels: Object.entries(props.labels ?? {}).flat(),
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
