import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { API, apiServer } from "./api";
import { routerFlags } from "./flags";
import { Ipam } from "./ipam";
import { Mesh } from "./mesh";
import { Overlay, peerName } from "./overlay";

const DEFAULT_MTU = 1376;

/** Where plugins for CNI are looked for, and where this one keeps what it calls. */
const PLUGINS = "/opt/cni/bin";
const OWN_PLUGINS = "/opt/cni/weave";

/** Stands in for Weave's router: runs on the machine itself, started by the container that is called weave. */
function main(): void {
  const { range, rangeText, init, peers } = routerFlags(process.argv.slice(2));
  const { WEAVE_PASSWORD: password = "", WEAVE_MTU: mtu, WEAVEDB: database = "/var/lib/weave" } = process.env;
  const overlay = new Overlay(Number(mtu ?? DEFAULT_MTU), rangeText);
  installPlugin();
  fs.mkdirSync(database, { recursive: true });
  const name = peerName();
  const nick = os.hostname();
  const mesh = new Mesh({ name, nick, password, elects: init.kind === "consensus" });
  mesh.on("linked", (address) => overlay.link(address));
  mesh.on("unlinked", (address) => overlay.unlink(address));
  const ipam = new Ipam(name, range, init, mesh, path.join(database, "ipam.json"));
  for (const peer of peers) mesh.connect(peer);
  const view = { name, nick, encrypted: password !== "", mesh, ipam };
  apiServer(view, overlay).listen(API.port, API.host, () =>
    console.log(`INFO: Listening for HTTP control messages on ${API.host}:${API.port}`),
  );
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => process.exit(0));
}

/** As the real one does: its plugin is where the agent looks for it from the first launch on. */
function installPlugin(): void {
  for (const [directory, names] of [
    [PLUGINS, ["weave-net"]],
    [OWN_PLUGINS, ["bridge", "static"]],
  ] as const) {
    fs.mkdirSync(directory, { recursive: true });
    for (const name of names) {
      const target = path.join(directory, name);
      fs.copyFileSync(path.join(__dirname, name), `${target}.new`);
      fs.chmodSync(`${target}.new`, 0o755);
      fs.renameSync(`${target}.new`, target);
    }
  }
}

try {
  main();
} catch (error) {
  console.error(`FATA: ${(error as Error).message}`);
  process.exit(1);
}
