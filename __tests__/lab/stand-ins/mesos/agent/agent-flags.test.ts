import {
  AgentFlags,
  AgentHost,
  checkAgentFlags,
} from "../../../../../tools/lab/stand-ins/mesos/agent/agent-flags";
import { parseAttributes } from "../../../../../tools/lab/stand-ins/mesos/agent/attributes";

const OURS: AgentFlags = {
  master: "zk://10.0.0.4:2181/mesos",
  work_dir: "/var/lib/mesos/agent",
  image_providers: ["docker"],
  isolation: ["filesystem/linux", "docker/runtime", "network/cni", "cgroups/cpu", "cgroups/mem"],
  launcher: "linux",
  systemd_enable_support: false,
  network_cni_config_dir: "/cni",
  network_cni_plugins_dir: "/bin:/plugins",
};

const host = (changes: Partial<AgentHost> = {}): AgentHost => ({
  isUnified: true,
  isDirectory: () => true,
  ...changes,
});

const without = (...names: string[]) => ({
  ...OURS,
  isolation: OURS.isolation?.filter((isolator) => !names.includes(isolator)),
});

describe("flags of mesos-agent", () => {
  it.each([true, false])("are taken as ours are, with unified control groups: %s", (isUnified) => {
    expect(() => checkAgentFlags(OURS, host({ isUnified }))).not.toThrow();
  });

  it.each<[string, AgentFlags, Partial<AgentHost>, string]>([
    ["no master", { ...OURS, master: undefined }, {}, "Missing required option `--master`"],
    [
      "support for systemd on a unified host",
      { ...OURS, systemd_enable_support: undefined },
      {},
      "Failed to initialize systemd",
    ],
    [
      "no files for images",
      without("filesystem/linux"),
      {},
      "The 'filesystem/linux' isolator must be enabled",
    ],
    [
      "no runtime for images",
      without("docker/runtime"),
      {},
      "Please add 'docker/runtime' to '--isolation' flags",
    ],
    ["the launcher of other systems", { ...OURS, launcher: "posix" }, {}, "requires the 'linux' launcher"],
    [
      "no limits on version 1",
      without("cgroups/cpu", "cgroups/mem"),
      { isUnified: false },
      "!subsystemSet.empty()",
    ],
    [
      "an isolator twice",
      { ...OURS, isolation: [...(OURS.isolation ?? []), "cgroups/cpu"] },
      {},
      "Duplicate entries",
    ],
    ["plugins without networks", { ...OURS, network_cni_config_dir: undefined }, {}, "must be specified"],
    ["networks without plugins", { ...OURS, network_cni_plugins_dir: undefined }, {}, "must be specified"],
    [
      "a directory that is not there",
      OURS,
      { isDirectory: (path) => path !== "/plugins" },
      "The CNI directory '/plugins' does not exist",
    ],
  ])("are refused with %s", (_, flags, changes, text) => {
    expect(() => checkAgentFlags(flags, host(changes))).toThrow(text);
  });

  it("may leave out limits on a unified host", () => {
    expect(() => checkAgentFlags(without("cgroups/cpu", "cgroups/mem"), host())).not.toThrow();
  });
});

describe("attributes", () => {
  it("are pairs between semicolons", () => {
    expect(parseAttributes("zone:eu-west-1a;instance_type:t3.large")).toEqual({
      zone: "eu-west-1a",
      instance_type: "t3.large",
    });
    expect(parseAttributes()).toEqual({});
    expect(() => parseAttributes("zone")).toThrow("Invalid attribute key:value pair 'zone'");
  });
});
