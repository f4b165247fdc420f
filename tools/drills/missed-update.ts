import type { LabMachine } from "../lab/machine";
import { within } from "../lab/within";
import { type Drill, recovery } from "./drill";
import { type LabCluster, mustSucceed } from "./lab-cluster";

const LAUNCHER = "/opt/cdktf-mesos/launcher";
const [SERVICE, COPY] = ["payment", "payment-1"];

/** How long the new version may take, and the old one to be given up, in seconds. */
const UPDATE_SEC = 120;

/** What a launcher has of the service, as a deploy of another version would bring it. */
const OTHER_VERSION = `
set -euo pipefail
cd "$1/tasks"
read -r task _ <"$2.wanted"
jq --compact-output --arg copy "$2" '.task_id.value = $copy
  | .labels.labels |= map(select(.key != "cdktf-mesos:definition")) + [{key: "drill", value: "missed-update"}]' "$task.json"`;

/** What a deploy does on each master. */
const INSTALL = `
set -euo pipefail
file=$(mktemp)
printf %s "$3" >"$file"
"$1/bin/install-service" "$2" "$file" "$4"`;

/** The units of the service that have not ended. */
const UNITS = 'systemctl list-units --plain --no-legend --state=active,activating "mesos-task@$1-*"';

/** A master that launched a service is away while the others get another version of it, and comes back with the old one. */
export const MISSED_UPDATE: Drill = recovery(
  "missed-update",
  "the leading master loses its power and misses an update of a service; back with the old version, it gives that up",
  async (cluster) => {
    const { master } = await cluster.leading();
    const others = cluster.masters.filter((other) => other !== master);
    const version = await mustSucceed(master, "bash", "-c", OTHER_VERSION, "bash", LAUNCHER, COPY);
    const generation = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
    const update = (machine: LabMachine) =>
      mustSucceed(machine, "bash", "-c", INSTALL, "bash", LAUNCHER, SERVICE, version, generation);
    await master.pullPlug();
    await cluster.untilServing();
    await Promise.all(others.map(update));
    for (const other of others) {
      await mustSucceed(other, `${LAUNCHER}/bin/wait-service`, SERVICE, String(UPDATE_SEC));
    }
    await master.switchOn();
    await cluster.untilWell();
    await givesUp(master);
    await runsAlone(cluster, `${COPY}-${generation}`);
    // as the next deploy does
    await update(master);
  },
  { masters: 3, short: false },
);

async function givesUp(master: LabMachine): Promise<void> {
  await within(UPDATE_SEC, `${SERVICE} on ${master.address}`, async () => {
    const units = await mustSucceed(master, "bash", "-c", UNITS, "bash", COPY);
    if (units !== "") throw new Error(`its old version is not given up: ${units.trim()}`);
  });
}

async function runsAlone(cluster: LabCluster, task: string): Promise<void> {
  const running = (await cluster.tasks()).filter(({ name }) => name === SERVICE).map(({ id }) => id);
  if (running.join() !== task) throw new Error(`${task} must run alone, got ${running.join(", ")}`);
}
