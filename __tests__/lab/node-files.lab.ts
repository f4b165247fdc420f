import * as path from "node:path";
import { type Lab, startLab } from "../../tools/lab";
import { prepareCache } from "../../tools/lab/cache";
import { bash, bootCluster, ClusterNode, join } from "../../tools/drills/node-files/booted-cluster";
import { FACTS_OF_AGENTS, FILE_CASES, KEY_CASES, NOT_TAKEN } from "../../tools/drills/node-files/file-cases";
import { nodeFiles } from "../../tools/drills/node-files/file-list";
import { FileOutcome, missEachFile } from "../../tools/drills/node-files/miss-files";
import { prepareProbes, ProbedNodes } from "../../tools/drills/node-files/probes";
import { prepareHost } from "../../tools/lab/host";
import { labLeftovers } from "../../tools/lab/leftovers";
import { standInArtifacts } from "../../tools/lab/stand-in-artifacts";
import { temporaryDirectory } from "../rehearsal/support";

const SOURCE = path.join(__dirname, "../..");

/** What remains of a node in an image: what was installed. */
const INSTALLED = /^(?:\/usr\/local\/bin\/weave|\/var\/lib\/cdktf-mesos\/artifacts\/\w+)$/;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

describe("the files of nodes", () => {
  const { directory, remove } = temporaryDirectory();
  let lab: Lab;
  let nodes: ProbedNodes;
  let outcomes: readonly FileOutcome[];

  beforeAll(async () => {
    prepareHost(say);
    const cached = await prepareCache(say);
    const { artifacts, routes } = await standInArtifacts(path.join(directory, "artifacts"));
    lab = await startLab({ directory: path.join(directory, "lab"), artifacts, ...cached });
    const booted = await bootCluster({
      lab,
      source: SOURCE,
      directory,
      logs: path.join(SOURCE, ".lab/logs"),
      artifacts: routes,
      agents: 2,
      registryAuth: { auths: {} },
    });
    nodes = await prepareProbes(booted);
  }, 1_200_000);

  afterAll(async () => {
    await lab.close();
    const footprint = { directory: path.join(directory, "lab"), sshPort: lab.sshPort };
    remove();
    expect(labLeftovers(footprint)).toEqual([]);
  }, 60_000);

  const keysOf = async (node: ClusterNode, file: string) =>
    (await bash(node, `sed -n 's/=.*//p' /etc/cdktf-mesos/${file}`)).stdout.trim().split("\n");

  /** The agents that the master knows and that answer. */
  const agentIds = async () => {
    const ask = `source /etc/cdktf-mesos/facts.env
      curl -sf --config /etc/cdktf-mesos/secrets/curl "http://$NODE_ADDRESS:5050/slaves" | jq -r '.slaves[] | select(.active) | .id'`;
    return (await bash(nodes.master, ask)).stdout.trim().split("\n").sort();
  };

  it.each(["master", "free"] as const)("are those we know of, and no others: %s", async (which) => {
    const node = nodes[which];
    const found = await nodeFiles(node);

    expect(found).toEqual(expect.arrayContaining(node.files.map(({ path: file }) => file)));
    const known = [...FILE_CASES[node.role].map(({ file }) => file), ...Object.keys(NOT_TAKEN[node.role])];
    expect(found).toEqual([...new Set(known)].sort());
    expect(found).toHaveLength(node.role === "master" ? 56 : 52);
  });

  it.each(["master", "free"] as const)("have settings each of which we know of: %s", async (which) => {
    const node = nodes[which];
    const keys = [...(await keysOf(node, "node.env")), ...(await keysOf(node, "facts.env"))];

    const unread = node.role === "master" ? FACTS_OF_AGENTS : [];
    const known = KEY_CASES[node.role].map(({ key }) => key);
    expect([...new Set([...known, ...unread])].sort()).toEqual(keys.sort());
    expect(keys).toHaveLength(14);
  });

  it("are all missed when they are gone or say something else, and nothing is amiss when they are back", async () => {
    outcomes = await missEachFile(nodes, {
      tell: ({ node, file, missed, said, seconds }) =>
        say(
          `${missed ? "missed" : "NOT MISSED"} ${node.slice(-1)} ${seconds.toFixed(1)} s ${file}: ${said.slice(0, 200)}`,
        ),
      stopped: () => false,
    });

    expect(outcomes.filter(({ missed }) => !missed)).toEqual([]);
    const cases = [...Object.values(FILE_CASES), ...Object.values(KEY_CASES)];
    expect(outcomes).toHaveLength(cases.reduce((sum, { length }) => sum + length, 0));
  }, 1_200_000);

  it("are the same when a machine's boot command runs again after all that, and the cluster is well", async () => {
    for (const node of Object.values(nodes) as ClusterNode[]) {
      const look =
        "find /etc/cdktf-mesos /opt/cdktf-mesos /etc/systemd -type f -exec sha256sum {} + | sort | sha256sum";
      const before = (await bash(node, look)).stdout;
      expect(await bash(node, "/opt/cdktf-mesos/bin/boot-node >/dev/null 2>&1")).toMatchObject({ code: 0 });
      expect((await bash(node, look)).stdout).toBe(before);
    }
    expect(await bash(nodes.master, "/opt/cdktf-mesos/bin/cluster-status --wait 60 2 1")).toMatchObject({
      code: 0,
    });
  });

  it("go, all but what is installed, when a machine forgets who it is", async () => {
    const { code, stderr } = await bash(nodes.free, "/opt/cdktf-mesos/bin/forget-identity");
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("nobody now") as string });

    // without the id of the machine, everything is newer than that
    await bash(nodes.free, "touch --date=@0 /etc/machine-id");
    const left = (await nodeFiles(nodes.free)).filter((file) => /cdktf-mesos|weave|mesos/.test(file));
    expect(left.filter((file) => !INSTALLED.test(file))).toEqual([]);
    expect(left.length).toBeGreaterThan(0);
  });

  it("come again when that machine boots, as one from an image of it does: it becomes another node", async () => {
    const before = await agentIds();
    const { stdout: handed } = await bash(nodes.full, "cat /run/handed.env");
    const { machine } = nodes.free;
    await machine.pullPlug();
    await machine.switchOn();
    await join(nodes.free, handed.trim(), path.join(SOURCE, ".lab/logs"));

    expect(await nodeFiles(nodes.free)).toEqual(
      expect.arrayContaining(nodes.free.files.map(({ path: file }) => file)),
    );
    const after = await agentIds();
    expect(after).toHaveLength(2);
    expect(before).not.toEqual(expect.arrayContaining(after));
  }, 600_000);
});
