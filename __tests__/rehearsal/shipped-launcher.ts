import * as fs from "node:fs";
import * as path from "node:path";
import type { NodeCluster } from "./node-cluster";

const SHIPPED = path.join(__dirname, "../../lib/mesos/launcher");
const UPLOAD = "/home/ubuntu/.cdktf-mesos/launcher";

/** Where the launcher is on a master. */
export const LAUNCHER = "/opt/cdktf-mesos/launcher";

/** Installs the launcher on a master, as Terraform does it. */
export async function installLauncher(cluster: NodeCluster, address: string): Promise<void> {
  fs.rmSync(cluster.onHost(address, UPLOAD), { recursive: true, force: true });
  fs.cpSync(SHIPPED, cluster.onHost(address, UPLOAD), { recursive: true });
  const hosts = cluster.masters.map((master) => `${master}:2181`).join(",");
  cluster.write(address, `${UPLOAD}/etc/master`, `zk://${hosts}/mesos`);
  await cluster.mustRun(address, `bash ${UPLOAD}/bin/install-launcher ${LAUNCHER} ${cluster.masters.length}`);
}
