/** What the release that is played says of itself. */
export const MESOS_RELEASE = {
  version: "1.12.0",
  gitBranch: "refs/heads/master",
  masterCapabilities: ["AGENT_UPDATE", "AGENT_DRAINING", "QUOTA_V2"],
  agentCapabilities: [
    "MULTI_ROLE",
    "HIERARCHICAL_ROLE",
    "RESERVATION_REFINEMENT",
    "RESOURCE_PROVIDER",
    "RESIZE_VOLUME",
    "AGENT_OPERATION_FEEDBACK",
    "AGENT_DRAINING",
    "TASK_RESOURCE_LIMITS",
  ],
  executeCapabilities: ["RESERVATION_REFINEMENT", "TASK_KILLING_STATE", "REVOCABLE_RESOURCES"],
} as const;

/** The name under which every mesos-execute registers. */
export const EXECUTE_NAME = "mesos-execute instance";

/** Port of a master. */
export const MASTER_PORT = 5050;

/** Port of an agent. */
export const AGENT_PORT = 5051;
