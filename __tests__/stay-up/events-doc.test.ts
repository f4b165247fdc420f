import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SERVICE_EVENTS } from "./events";
import { LOST_MASTERS_EVENTS } from "./lost-masters-events";

const DOC = readFileSync(join(__dirname, "../../docs/services.md"), "utf8");

/** The document's rows in their order, each with the events it tells of. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  "a task crashes": ["crash"],
  "it ends with exit code 0": ["exit 0"],
  "its image cannot be pulled twice, then it can": ["failed pull twice"],
  "its image can never be pulled": ["pull never"],
  "it is sick": ["unhealthy"],
  "an agent is lost, and comes back": ["agent lost and back", "agent cut off and back"],
  "an agent's process is restarted": ["agent restarted"],
  "an agent is taken away or replaced by a deploy": ["agent taken away"],
  "there is too little room, and then enough": ["too little room and then enough"],
  "a launcher reboots": ["launcher rebooted"],
  "`mesos-execute` is killed": ["mesos-execute killed"],
  "the leading master fails": ["master failover"],
  "all masters are restarted": ["all masters restarted", "all masters without power at once"],
  "a framework is ended by hand (`/teardown`)": ["teardown by hand"],
  "two deploys say different things of one service": ["two services with one name"],
  "a good update": ["update good", "update good that stops first"],
  "a bad update": [
    "update bad: fails",
    "update bad: image-missing",
    "update bad: never healthy, and back to the old version",
  ],
  "a deploy that changes nothing": ["the same again"],
  "more replicas": ["scale up"],
  "fewer replicas": ["scale down"],
  "a service is taken out of the code": ["remove"],
  "a deploy that was interrupted or failed is destroyed": [
    "destroy half-made",
    "destroy what never came to be",
  ],
};

const AFTER_ITS_LOSS = [
  "a master is lost and comes back with an old definition, after an update it missed",
  "a master is replaced",
];

function rows(): string[] {
  const section = DOC.slice(DOC.indexOf("| event |"), DOC.indexOf("With one master there is nobody else"));
  return [...section.matchAll(/^\| (.+?) \| /gm)].map(([, event]) => event as string).slice(1);
}

describe("docs/services.md", () => {
  it("tells what comes of each event that is played, in the same order", () => {
    expect(rows()).toEqual([...Object.keys(TOLD), ...AFTER_ITS_LOSS]);
    expect(SERVICE_EVENTS.map(({ event }) => event)).toEqual(Object.values(TOLD).flat());
  });

  it("tells of masters that are lost, and each such event is played", () => {
    const events = LOST_MASTERS_EVENTS.map(({ event }) => event);

    expect(
      events.filter((event) =>
        event.endsWith("comes back with an old definition, after an update it missed"),
      ),
    ).toHaveLength(4);
    expect(events).toContain("a master is replaced and gets its files on the next deploy");
  });
});
