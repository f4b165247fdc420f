import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { CniConfig } from "./cni-config";

/** A container that is attached to a network or detached from it. */
export interface Attachment {
  readonly container: string;
  /** File of its network namespace. */
  readonly namespace: string;
  readonly config: CniConfig;
  /** `--network_cni_plugins_dir`. */
  readonly pluginDirs: string;
}

/** What Mesos reads of a plugin's result: that of the versions 0.1 and 0.2. */
export interface CniResult {
  readonly ip4?: { readonly ip: string };
  readonly dns?: {
    readonly nameservers?: readonly string[];
    readonly domain?: string;
    readonly search?: readonly string[];
    readonly options?: readonly string[];
  };
}

/**
 * Attaches a container to a network.
 *
 * @throws Error with the text of the real one
 */
export async function attach(attachment: Attachment): Promise<CniResult> {
  const { container, config } = attachment;
  const { code, stdout, stderr } = await run(attachment, "ADD");
  if (code !== 0) {
    throw new Error(
      `The CNI plugin '${config.type}' failed to attach container ${container} to CNI network ` +
        `'${config.name}': stdout='${stdout.trim()}', stderr='${stderr.trim()}'`,
    );
  }
  return JSON.parse(stdout) as CniResult;
}

/** Detaches a container, so that its address is free again. */
export async function detach(attachment: Attachment): Promise<void> {
  await run(attachment, "DEL");
}

async function run({ container, namespace, config, pluginDirs }: Attachment, command: "ADD" | "DEL") {
  const child = spawn(config.type, [], {
    env: {
      CNI_COMMAND: command,
      CNI_CONTAINERID: container,
      CNI_NETNS: namespace,
      CNI_IFNAME: "eth0",
      CNI_PATH: pluginDirs,
      PATH: `${pluginDirs}:${process.env.PATH}`,
    },
  });
  const failed = new Promise<never>((_, reject) => child.on("error", reject));
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
  child.stdin.on("error", () => undefined).end(JSON.stringify(config));
  const [stdout, stderr, code] = await Promise.race([
    Promise.all([text(child.stdout), text(child.stderr), closed]),
    failed,
  ]);
  return { code, stdout, stderr };
}
