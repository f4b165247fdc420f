import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import type { AgentFlags } from "../agent-flags";
import { CniConfig, findNetwork } from "./cni-config";
import { attach, Attachment, CniResult, detach } from "./cni-plugin";

const run = promisify(execFile);

/** A container's place in the network. */
export interface ContainerNetwork {
  /** File of its network namespace; without one it is on its host's network. */
  readonly namespace?: string;
  /** Files that are laid over those of `/etc`. */
  readonly files: { readonly hosts: string; readonly hostname: string; readonly "resolv.conf": string };
  readonly address?: string;
  readonly name?: string;
}

const HOST_FILES = { hosts: "/etc/hosts", hostname: "/etc/hostname", "resolv.conf": "/etc/resolv.conf" };

/** The network of a container that has none of its own. */
export const HOST_NETWORK: ContainerNetwork = { files: HOST_FILES };

/** The agent's part of CNI: a directory for each container that is on a network. */
export class Networks {
  private readonly root: string;

  constructor(private readonly flags: AgentFlags) {
    const { network_cni_root_dir_persist: persists, work_dir: workDir, runtime_dir: runtimeDir } = flags;
    const base = persists ? workDir : (runtimeDir ?? "/var/run/mesos");
    this.root = path.join(base, "isolators/network/cni");
    fs.mkdirSync(this.root, { recursive: true });
  }

  /**
   * Puts a container on a network.
   *
   * @throws Error with the reason for which the container could not be launched
   */
  public async join(container: string, network: string, hostname = container): Promise<ContainerNetwork> {
    const { network_cni_config_dir: directory, network_cni_plugins_dir: pluginDirs = "" } = this.flags;
    const config = directory === undefined ? undefined : findNetwork(directory, network);
    if (config === undefined) throw new Error(`Unknown CNI network '${network}'`);
    const own = path.join(this.root, container);
    fs.mkdirSync(own, { recursive: true });
    const namespace = path.join(own, "ns");
    await makeNamespace(namespace);
    fs.writeFileSync(path.join(own, "network.conf"), JSON.stringify(config));
    const result = await attach({ container, namespace, config, pluginDirs });
    const address = result.ip4?.ip.split("/")[0];
    return { namespace, address, name: network, files: writeFiles(own, hostname, address, result) };
  }

  /** Takes a container off its network, if it is on one. */
  public async leave(container: string): Promise<void> {
    const own = path.join(this.root, container);
    const file = path.join(own, "network.conf");
    if (fs.existsSync(file)) await detach(this.attachmentOf(container, file)).catch(() => undefined);
    await run("umount", ["--lazy", path.join(own, "ns")]).catch(() => undefined);
    fs.rmSync(own, { recursive: true, force: true });
  }

  /** Takes off everything that does not run any more. */
  public async clean(running: readonly string[]): Promise<void> {
    for (const container of fs.readdirSync(this.root)) {
      if (!running.includes(container)) await this.leave(container);
    }
  }

  private attachmentOf(container: string, file: string): Attachment {
    const config = JSON.parse(fs.readFileSync(file, "utf8")) as CniConfig;
    const namespace = path.join(this.root, container, "ns");
    return { container, namespace, config, pluginDirs: this.flags.network_cni_plugins_dir ?? "" };
  }
}

async function makeNamespace(file: string): Promise<void> {
  fs.writeFileSync(file, "");
  await run("unshare", [`--net=${file}`, "ip", "link", "set", "lo", "up"]);
}

/** A plugin's name servers count only if it names any: then the host's file is not used. */
function writeFiles(
  directory: string,
  hostname: string,
  address: string | undefined,
  { dns = {} }: CniResult,
): ContainerNetwork["files"] {
  const write = (name: string, lines: readonly string[]) => {
    const file = path.join(directory, name);
    fs.writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
    return file;
  };
  const { nameservers = [], domain, search = [], options = [] } = dns;
  const resolv = [
    ...(domain === undefined ? [] : [`domain ${domain}`]),
    ...(search.length === 0 ? [] : [`search ${search.join(" ")}`]),
    ...(options.length === 0 ? [] : [`options ${options.join(" ")}`]),
    ...nameservers.map((server) => `nameserver ${server}`),
  ];
  const own = address === undefined ? [] : [`${address} ${hostname}`];
  return {
    hosts: write("hosts", ["127.0.0.1 localhost", ...own]),
    hostname: write("hostname", [hostname]),
    "resolv.conf": nameservers.length === 0 ? HOST_FILES["resolv.conf"] : write("resolv.conf", resolv),
  };
}
