import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import { text } from "node:stream/consumers";
import { API } from "../router/api";

/** Where the plugins lie that do the work: those of the CNI project. */
const PLUGINS = "/opt/cni/weave";

interface NetworkConfig {
  readonly cniVersion?: string;
  readonly name: string;
  readonly hairpinMode?: boolean;
  readonly dns?: object;
}

/** Stands in for weave-net: address and gateway from the router, the rest by the plugins `bridge` and `static`. */
async function main(): Promise<void> {
  const { CNI_COMMAND: command = "", CNI_CONTAINERID: container = "" } = process.env;
  const config = JSON.parse(fs.readFileSync(0, "utf8")) as NetworkConfig;
  if (command === "ADD") {
    const gateway = (await ask("POST", "/expose")).trim();
    const address = await ask("POST", `/ip/${container}`);
    process.stdout.write(bridge(bridgeConfig(config, address, gateway)));
  } else if (command === "DEL") {
    bridge(bridgeConfig(config, "0.0.0.0/32", "0.0.0.0"));
    await ask("DELETE", `/ip/${container}`);
  } else {
    console.log(
      JSON.stringify({ cniVersion: "1.0.0", supportedVersions: ["0.1.0", "0.2.0", "0.3.0", "1.0.0"] }),
    );
  }
}

function bridgeConfig(
  { cniVersion, name, hairpinMode, dns }: NetworkConfig,
  address: string,
  gateway: string,
) {
  return {
    cniVersion,
    name,
    type: "bridge",
    bridge: "weave",
    hairpinMode,
    mtu: mtuOf("weave"),
    dns,
    ipam: {
      type: "static",
      addresses: [{ address, gateway }],
      routes: [{ dst: "0.0.0.0/0", gw: gateway }],
      dns,
    },
  };
}

function bridge(config: object): string {
  return execFileSync(`${PLUGINS}/bridge`, {
    input: JSON.stringify(config),
    env: { ...process.env, CNI_PATH: PLUGINS },
    encoding: "utf8",
  });
}

function mtuOf(link: string): number {
  return Number(fs.readFileSync(`/sys/class/net/${link}/mtu`, "utf8"));
}

function ask(method: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { ...API, method, path },
      (response) => void text(response).then(resolve, reject),
    );
    request.on("error", () => reject(new Error("weave: the router does not answer; is it running?")));
    request.end();
  });
}

main().catch((error: Error & { stdout?: string }) => {
  // a plugin that fails says why on its output, in the words of CNI
  process.stdout.write(
    error.stdout || JSON.stringify({ cniVersion: "0.2.0", code: 100, msg: error.message }),
  );
  process.exit(1);
});
