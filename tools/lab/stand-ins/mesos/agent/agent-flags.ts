import * as fs from "node:fs";
import {
  BOOLEAN,
  DURATION,
  FlagTable,
  JSON_TEXT,
  LIST,
  PATH,
  TEXT,
} from "../../../../rehearsal/mesos/flag-loader";
import { parseJson } from "../../../../rehearsal/mesos/json-value";
import { parseResources } from "../../../../rehearsal/mesos/resources";
import { Fatal, programFlags } from "../program";
import type { DockerConfig, ImageGcConfig } from "./image-store";

/** The flags of the real mesos-agent, as far as anybody sets them. */
export const AGENT_FLAGS: FlagTable = {
  acls: JSON_TEXT,
  advertise_ip: TEXT,
  advertise_port: TEXT,
  agent_subsystems: TEXT,
  attributes: TEXT,
  authenticate_http_executors: BOOLEAN,
  authenticate_http_readonly: BOOLEAN,
  authenticate_http_readwrite: BOOLEAN,
  cgroups_enable_cfs: BOOLEAN,
  cgroups_hierarchy: TEXT,
  cgroups_limit_swap: BOOLEAN,
  cgroups_root: TEXT,
  containerizers: LIST,
  credential: PATH,
  default_container_dns: JSON_TEXT,
  disk_watch_interval: DURATION,
  docker_config: { read: parseJson, path: "bare" },
  docker_registry: TEXT,
  docker_store_dir: PATH,
  enforce_container_disk_quota: BOOLEAN,
  executor_environment_variables: JSON_TEXT,
  executor_registration_timeout: DURATION,
  executor_reregistration_timeout: DURATION,
  executor_shutdown_grace_period: DURATION,
  fetcher_cache_dir: PATH,
  fetcher_stall_timeout: DURATION,
  gc_delay: DURATION,
  gc_disk_headroom: TEXT,
  hostname: TEXT,
  hostname_lookup: BOOLEAN,
  http_command_executor: BOOLEAN,
  http_credentials: PATH,
  image_gc_config: JSON_TEXT,
  image_providers: LIST,
  image_provisioner_backend: TEXT,
  ip: TEXT,
  isolation: { read: (value) => value.trim().split(",") },
  launcher: TEXT,
  launcher_dir: PATH,
  log_dir: PATH,
  logging_level: TEXT,
  master: { read: (value) => value.trim() },
  modules: JSON_TEXT,
  network_cni_config_dir: PATH,
  network_cni_plugins_dir: PATH,
  network_cni_root_dir_persist: BOOLEAN,
  port: { read: Number },
  quiet: BOOLEAN,
  reconfiguration_policy: TEXT,
  recover: TEXT,
  recovery_timeout: DURATION,
  registration_backoff_factor: DURATION,
  resources: { read: checkResources },
  runtime_dir: PATH,
  sandbox_directory: PATH,
  strict: BOOLEAN,
  switch_user: BOOLEAN,
  systemd_enable_support: BOOLEAN,
  systemd_runtime_directory: PATH,
  version: BOOLEAN,
  work_dir: PATH,
  zk_session_timeout: DURATION,
};

/** What an agent is told to be. */
export interface AgentFlags {
  readonly attributes?: string;
  readonly authenticate_http_readonly?: boolean;
  readonly authenticate_http_readwrite?: boolean;
  readonly cgroups_root?: string;
  readonly containerizers?: readonly string[];
  readonly credential?: string;
  readonly docker_config?: DockerConfig;
  readonly docker_store_dir?: string;
  /** Seconds. */
  readonly executor_registration_timeout?: number;
  readonly hostname?: string;
  readonly http_credentials?: string;
  readonly image_gc_config?: ImageGcConfig;
  readonly image_providers?: readonly string[];
  readonly ip?: string;
  readonly isolation?: readonly string[];
  readonly launcher?: string;
  readonly master?: string;
  readonly network_cni_config_dir?: string;
  readonly network_cni_plugins_dir?: string;
  readonly network_cni_root_dir_persist?: boolean;
  readonly port?: number;
  readonly resources?: string;
  readonly runtime_dir?: string;
  readonly systemd_enable_support?: boolean;
  readonly work_dir: string;
}

/** What of its machine decides whether an agent starts. */
export interface AgentHost {
  /** Whether control groups are those of version 2. */
  readonly isUnified: boolean;
  isDirectory(path: string): boolean;
}

/** Reads the flags and checks what the real one checks before it starts. */
export function agentFlags(host: AgentHost): AgentFlags {
  const flags = programFlags("mesos-agent", AGENT_FLAGS, ["work_dir"]) as AgentFlags;
  checkAgentFlags(flags, host);
  return flags;
}

/** The machine this program runs on. */
export const THIS_HOST: AgentHost = {
  isUnified: fs.existsSync("/sys/fs/cgroup/cgroup.controllers"),
  isDirectory: (path) => fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
};

/** The isolators an agent has, those that come by themselves included. */
export function isolatorsOf({ isolation = ["posix/cpu", "posix/mem"] }: AgentFlags): readonly string[] {
  return isolation.some((name) => name.startsWith("network/")) ? isolation : [...isolation, "network/cni"];
}

/**
 * What an agent refuses to start with.
 *
 * @throws Fatal in the words of the real one
 */
export function checkAgentFlags(flags: AgentFlags, host: AgentHost): void {
  const isolators = isolatorsOf(flags);
  if (flags.master === undefined) throw new Fatal("Missing required option `--master`");
  if (new Set(isolators).size < isolators.length)
    throw new Fatal("Duplicate entries found in --isolation flag");
  if (host.isUnified && (flags.systemd_enable_support ?? true)) {
    throw new Fatal("Failed to initialize systemd: Failed to locate systemd cgroups hierarchy");
  }
  checkImages(flags, isolators);
  checkLimits(flags, isolators, host);
  checkNetwork(flags, host);
}

function checkImages(
  { image_providers: providers = [], launcher = "linux" }: AgentFlags,
  isolators: readonly string[],
) {
  if (providers.length === 0) return;
  if (!isolators.includes("filesystem/linux"))
    throw new Fatal("The 'filesystem/linux' isolator must be enabled for container image support");
  if (launcher !== "linux") throw new Fatal("The 'filesystem/linux' isolator requires the 'linux' launcher");
  if (providers.includes("docker") && !isolators.includes("docker/runtime")) {
    throw new Fatal(
      "Docker runtime isolator has to be specified if 'DOCKER' is included in 'image_providers'. " +
        "Please add 'docker/runtime' to '--isolation' flags",
    );
  }
}

/** With the linux launcher and version 1 a cgroups isolator is always made, and it wants something to do. */
function checkLimits(
  { launcher = "linux" }: AgentFlags,
  isolators: readonly string[],
  { isUnified }: AgentHost,
) {
  if (launcher === "linux" && !isUnified && !isolators.some((name) => name.startsWith("cgroups/"))) {
    throw new Fatal("Check failed: !subsystemSet.empty()");
  }
}

function checkNetwork(flags: AgentFlags, { isDirectory }: AgentHost): void {
  const { network_cni_config_dir: config, network_cni_plugins_dir: plugins } = flags;
  if (config === undefined && plugins === undefined) return;
  if (config === undefined || plugins === undefined) {
    throw new Fatal("Both `--network_cni_plugins_dir` and `--network_cni_config_dir` must be specified");
  }
  for (const directory of [config, ...plugins.split(":")]) {
    if (!isDirectory(directory)) throw new Fatal(`The CNI directory '${directory}' does not exist`);
  }
}

function checkResources(text: string): string {
  parseResources(text);
  return text;
}
