import { createHash } from "node:crypto";
import type { Status, Task } from "../cluster-state";
import type { HealthCheck, TaskInfo } from "../task-info";
import type { Json, JsonObject } from "./json";
import { amountsJson, resourceListJson } from "./resources-json";

/** A task of a framework that has this role, as `/state` shows it: without messages and reasons. */
export function taskJson(task: Task, role: string): JsonObject {
  const { info } = task;
  return {
    id: info.task_id.value,
    name: info.name,
    framework_id: task.framework,
    executor_id: "",
    slave_id: task.agent,
    state: task.state,
    resources: amountsJson(task.resources),
    role,
    statuses: task.statuses.map((status) => ({
      state: status.state,
      timestamp: status.at,
      container_status: containerStatus(task, status),
      healthy: status.healthy,
    })),
    user: info.command?.user,
    labels: info.labels?.labels?.map((label) => ({ ...label })),
    ...declared(info),
  };
}

/** The same as API version 1 shows it. */
export function taskV1Json(task: Task, role: string): JsonObject {
  const { info, reported } = task;
  const nanoseconds = info.kill_policy?.grace_period?.nanoseconds;
  return {
    name: info.name,
    task_id: info.task_id,
    framework_id: { value: task.framework },
    agent_id: { value: task.agent },
    state: task.state,
    resources: resourceListJson(task.resources, { allocation_info: { role } }),
    statuses: task.statuses.map((status) => statusV1(task, status)),
    status_update_state: reported?.state,
    status_update_uuid: reported && uuid(task, reported),
    user: info.command?.user,
    labels: info.labels as Json | undefined,
    kill_policy:
      nanoseconds === undefined ? undefined : { grace_period: { nanoseconds: Number(nanoseconds) } },
    ...declared(info),
  };
}

/** What both show as it was declared, with Mesos' defaults for what was not. */
function declared({ discovery, container, health_check: check }: TaskInfo): JsonObject {
  const image = container?.mesos?.image;
  const mesos = image && { ...container.mesos, image: { cached: true, ...image } };
  return {
    discovery: discovery as Json | undefined,
    container: container && ({ ...container, ...(mesos && { mesos }) } as Json),
    health_check: check && healthCheck(check),
  };
}

function healthCheck(check: HealthCheck): JsonObject {
  return {
    delay_seconds: 15,
    interval_seconds: 10,
    timeout_seconds: 20,
    consecutive_failures: 3,
    grace_period_seconds: 10,
    ...check,
    http: check.http && { protocol: "IPv4", ...check.http },
    tcp: check.tcp && { protocol: "IPv4", ...check.tcp },
  };
}

function statusV1(task: Task, status: Status): JsonObject {
  const { task_id: id } = task.info;
  const { memoryLimitMiB: limit } = status;
  const isReported = status.source !== "SOURCE_MASTER";
  const container = containerStatus(task, status);
  return {
    task_id: id,
    state: status.state,
    message: status.message,
    source: status.source,
    reason: status.reason,
    agent_id: { value: task.agent },
    executor_id: isReported ? id : undefined,
    timestamp: status.at,
    uuid: isReported ? uuid(task, status) : undefined,
    healthy: status.healthy,
    limitation: limit === undefined ? undefined : memoryLimitation(limit),
    container_status: container && { ...container, executor_pid: status.container?.pid },
  };
}

function memoryLimitation(value: number): JsonObject {
  return { resources: [{ name: "mem", type: "SCALAR", scalar: { value } }] };
}

function containerStatus({ container: id }: Task, { container }: Status): JsonObject | undefined {
  if (container === undefined) return undefined;
  const { address, network: name } = container;
  return {
    container_id: { value: id },
    network_infos: [{ ip_addresses: [{ protocol: "IPv4", ip_address: address }], name }],
  };
}

/** An id of an update: any 16 bytes do, as long as no other update has them. */
function uuid({ framework, info }: Task, { state, at }: Status): string {
  const update = JSON.stringify([framework, info.task_id.value, state, at]);
  return createHash("md5").update(update).digest("base64");
}
