import {
  BOOLEAN,
  DURATION,
  FlagDefinition,
  FlagTable,
  JSON_TEXT,
  LIST,
  PATH,
  TEXT,
} from "../../../../rehearsal/mesos/flag-loader";
import { parseZkUrl, ZkUrl, ZkUrlError } from "../../zookeeper/zk-url";
import { Fatal, programFlags } from "../program";

const NUMBER: FlagDefinition = { read: readNumber };

/** The flags of the real mesos-master, as far as anybody sets them. */
export const MASTER_FLAGS: FlagTable = {
  acls: JSON_TEXT,
  advertise_ip: TEXT,
  advertise_port: TEXT,
  agent_ping_timeout: DURATION,
  agent_reregister_timeout: DURATION,
  allocation_interval: DURATION,
  authenticate_agents: BOOLEAN,
  authenticate_frameworks: BOOLEAN,
  authenticate_http_frameworks: BOOLEAN,
  authenticate_http_readonly: BOOLEAN,
  authenticate_http_readwrite: BOOLEAN,
  authenticators: TEXT,
  cluster: TEXT,
  credentials: PATH,
  hostname: TEXT,
  hostname_lookup: BOOLEAN,
  http_authenticators: TEXT,
  http_framework_authenticators: TEXT,
  initialize_driver_logging: BOOLEAN,
  ip: TEXT,
  ip_discovery_command: TEXT,
  log_auto_initialize: BOOLEAN,
  log_dir: PATH,
  logging_level: TEXT,
  max_agent_ping_timeouts: NUMBER,
  max_completed_frameworks: NUMBER,
  modules: JSON_TEXT,
  offer_timeout: DURATION,
  port: NUMBER,
  quiet: BOOLEAN,
  quorum: NUMBER,
  recovery_agent_removal_limit: TEXT,
  registry: TEXT,
  registry_fetch_timeout: DURATION,
  registry_store_timeout: DURATION,
  roles: LIST,
  root_submissions: BOOLEAN,
  version: BOOLEAN,
  weights: TEXT,
  work_dir: PATH,
  zk: { read: (value) => value.trim() },
  zk_session_timeout: DURATION,
};

/** What a master is told to be. */
export interface MasterFlags {
  /** Seconds. */
  readonly agent_reregister_timeout?: number;
  readonly authenticate_agents?: boolean;
  readonly authenticate_http_frameworks?: boolean;
  readonly authenticate_http_readonly?: boolean;
  readonly authenticate_http_readwrite?: boolean;
  readonly cluster?: string;
  readonly credentials?: string;
  readonly hostname?: string;
  readonly http_framework_authenticators?: string;
  readonly ip?: string;
  readonly port?: number;
  readonly quorum?: number;
  readonly registry?: string;
  readonly registry_fetch_timeout?: number;
  readonly work_dir?: string;
  readonly zk?: string;
  /** Seconds. */
  readonly zk_session_timeout?: number;
}

/** Reads the flags and checks what the real one checks before it starts. */
export function masterFlags(): { flags: MasterFlags; zk?: ZkUrl } {
  const flags = programFlags("mesos-master", MASTER_FLAGS, []) as MasterFlags;
  checkMasterFlags(flags);
  return { flags, zk: zkUrl(flags.zk) };
}

/**
 * What a master refuses to start with.
 *
 * @throws Fatal in the words of the real one
 */
export function checkMasterFlags(flags: MasterFlags): void {
  if (flags.registry !== "in_memory") {
    if (flags.work_dir === undefined) throw new Fatal("--work_dir needed for replicated log based registry");
    if (flags.zk !== undefined && flags.quorum === undefined) {
      throw new Fatal("Need to specify --quorum for replicated log based registry when using ZooKeeper");
    }
  }
  if (flags.authenticate_http_frameworks && flags.http_framework_authenticators === undefined) {
    throw new Fatal(
      "Missing `--http_framework_authenticators` flag. This must be used in conjunction with `--authenticate_http_frameworks`",
    );
  }
  if (flags.credentials !== undefined) return;
  for (const realm of protectedRealms(flags)) {
    throw new Fatal(
      `No credentials provided for the default 'basic' HTTP authenticator for realm '${realm}'`,
    );
  }
}

function protectedRealms(flags: MasterFlags): string[] {
  return [
    ...(flags.authenticate_http_readonly ? ["mesos-master-readonly"] : []),
    ...(flags.authenticate_http_readwrite ? ["mesos-master-readwrite"] : []),
    ...(flags.authenticate_http_frameworks ? ["mesos-master-scheduler"] : []),
  ];
}

function zkUrl(text: string | undefined): ZkUrl | undefined {
  if (text === undefined) return undefined;
  try {
    return parseZkUrl(text);
  } catch (error) {
    if (error instanceof ZkUrlError) throw new Fatal(`Invalid --zk: ${error.message}`);
    throw error;
  }
}

function readNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`Failed to convert '${text}' to number`);
  return Number(text);
}
