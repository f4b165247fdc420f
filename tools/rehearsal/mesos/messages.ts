/** What the kernel counts of a container's memory. */
const MEMORY_STATISTICS =
  "cache rss rss_huge shmem mapped_file dirty writeback workingset_refault_anon workingset_refault_file swap swapcached " +
  "pgpgin pgpgout pgfault pgmajfault inactive_anon active_anon inactive_file active_file unevictable";

/**
 * Every text that mesos-execute, the master, the agent and the executor say; recorded from a real cluster where not
 * said otherwise.
 */
export const MESSAGES = {
  // while flags are read
  unknownFlag: (name: string) => `Failed to load unknown flag '${name}'`,
  unknownNegatedFlag: (name: string) => `Failed to load unknown flag '${name}' via 'no-${name}'`,
  negatedNonBoolean: (name: string) => `Failed to load non-boolean flag '${name}' via 'no-${name}'`,
  negatedWithValue: (name: string, value: string) =>
    `Failed to load boolean flag '${name}' via 'no-${name}' with value '${value}'`,
  repeatedFlag: (name: string, via: string) => `Flag '${name}' is already loaded via name '${via}'`,
  missingValue: (name: string) => `Failed to load non-boolean flag '${name}': Missing value`,
  requiredFlag: (name: string) => `Flag '${name}' is required, but it was not provided`,
  badValue: (name: string, value: string, why: string) =>
    `Failed to load flag '${name}': Failed to load value '${value}': ${why}`,
  unreadable: (file: string, why: string) => `Error reading file '${file}': ${why}`,
  notBoolean: "Expecting a boolean (e.g., true or false)",
  notJson: (line: number, near: string) => `syntax error at line ${line} near: ${near}`,
  notString: (key: string, json: string) => `The value of key '${key}' in '${json}' is not a string`,
  unexpectedType: (type: string, field: string) => `Not expecting a JSON ${type} for field '${field}'`,
  missingFields: (fields: readonly string[]) => `Missing required fields: ${fields.join(", ")}`,
  badDuration: (value: string) => `Invalid duration '${value}'`,

  // after that, with the line of execute.cpp that says it
  taskAndGroup: {
    line: 948,
    text: "Either task or task group should be set but not both. Provide either '--task' OR '--task_group'",
  },
  missingName: { line: 953, text: "Missing required option --name" },
  missingCommand: { line: 957, text: "Missing required option --command" },
  onlyWithoutTask: {
    line: 967,
    text:
      "'--name, --command, --env, --appc_image, --docker_image, --volumes' can only be set when both '--task' " +
      "and '--task_group' are not set",
  },
  networksWithTask: { line: 974, text: "'--networks' can only be set when '--task' is not set" },
  twoImages: { line: 983, text: "Flags '--docker-image' and '--appc-image' are both set" },
  badMaster: (master: string) => ({
    line: 1085,
    text: `Failed to create a master detector: Failed to parse '${master}'`,
  }),
  badResources: (resources: string, name: string, value: string) => ({
    line: 1165,
    text: `Failed to parse resources '${resources}': Bad type for resource ${name} value ${value} type TEXT`,
  }),
  badContainerizer: (containerizer: string) => ({
    line: 1213,
    text: `Unsupported containerizer: ${containerizer}`,
  }),
  exit: (text: string) => `EXIT with status 1: ${text}`,

  // while it runs
  version: "Version: 1.12.0",
  authenticatee: "Using default 'basic' HTTP authenticatee",
  masterDetected: (master: string) => `New master detected at master@${master}`,
  subscribed: (framework: string) => `Subscribed with ID ${framework}`,
  submitted: (task: string, agent: string) => `Submitted task '${task}' to agent '${agent}'`,
  update: (state: string, task: string) => `Received status update ${state} for task '${task}'`,

  endOfFile: "End-Of-File received from master. The master closed the event stream",
  brokenStream: "Failed to decode the stream of events: Pipe::Reader failure: failed to decode body",
  redetecting: "Re-detecting master",
  errorEvent: (text: string) => `Received an ERROR event: ${text}`,
  frameworkRemoved: "Framework has been removed",

  // what a status update says
  removed: (framework: string) => `Framework ${framework} removed`,
  agentSilent: "health check timed out",
  taskUnknown: "Reconciliation: task unknown to the agent", // read in the source
  agentGone: "Agent has been marked gone", // read in the source
  agentDisconnected: (agent: string) => `Agent ${agent} disconnected`, // read in the source
  invalidOffer: (offer: string) => `Task launched with invalid offers: Offer ${offer} is no longer valid`, // read there too
  tooLittle: (task: string) => `Task ${task} uses more resources than it was offered`, // our own words
  memoryExceeded: (limitMiB: number) => {
    const names = MEMORY_STATISTICS.split(" ");
    const limits = ["hierarchical_memory_limit", "hierarchical_memsw_limit"];
    const statistics = [...names, ...limits, ...names.map((name) => `total_${name}`)];
    return [
      `Memory limit exceeded: Requested: ${limitMiB}MB Maximum Used: ${limitMiB}MB`,
      "\nMEMORY STATISTICS: ",
      // a real kernel has counted
      ...statistics.map((name) => `${name} 0`),
      "\n",
    ].join("\n");
  },
  memoryViolation: (limitMiB: number) =>
    `resource limit violation: [{"name":"mem","scalar":{"value":${limitMiB.toFixed(1)}},"type":"SCALAR"}]`,
  exitedWith: (code: number) => `Command exited with status ${code}`,
  terminatedBy: (signal: string) => `Command terminated with signal ${signal}`,
  invalidId: (id: string) => `'${id}' contains invalid characters`,
  duplicateId: (id: string) => `Task has duplicate ID: ${id}`, // read in the source
  noResources: "Task uses no resources",
  launchFailed: (why: string) => `Failed to launch container: ${why}`,
  imageMissing: (image: string) =>
    `Failed to find archive for image '${image}' at '/srv/images/${image}.tar'`,
  unknownNetwork: (network: string) => `Unknown CNI network '${network}'`,
  noExecutable: "No executable is found",
  noCommand: "Command is not specified",
  tooManyPulls: "Unexpected HTTP response '429 Too Many Requests' when trying to get the manifest", // reported by users
  notInRegistry: "Unexpected HTTP response '404 Not Found' when trying to get the manifest", // reported too
  // what masters and agents answer over HTTP; read in the source where it was not recorded
  unknownFramework: "No framework found with specified ID", // recorded
  noFrameworkId: "Missing 'frameworkId' query parameter in the request body",
  noLeader: "No leader elected",
  methodNotAllowed: (allowed: string, method: string) =>
    `405 Method Not Allowed. Expecting one of { '${allowed}' }, but received '${method}'.`,
  noContentType: "Expecting 'Content-Type' to be present",
  badContentType: "Expecting 'Content-Type' of application/json or application/x-protobuf",
  badCall: (why: string) => `Failed to parse body into JSON: ${why}`,
  incompleteCall: (field: string) => `Failed to validate master::Call: Expecting '${field}' to be present`,
  unknownAgent: (agent: string) => `Agent '${agent}' not found`,
  noPath: "Expecting 'path=value' in query.\n",
  isDirectory: "Cannot read a directory.\n",
  badNumber: (name: string, value: string) =>
    `Failed to parse ${name}: Failed to convert '${value}' to number.\n`,

  // our own words
  plannedFault: "a fault planned for this rehearsal",
} as const;
