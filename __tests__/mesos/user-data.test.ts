import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { Instance } from "@cdktf/provider-aws/lib/instance";

import { ArtifactSource } from "../../lib/machine/artifact-source";
import { rootfsFiles } from "../../lib/machine/rootfs";
import { WeaveNetwork } from "../../lib/weave/weave-network";
import type { MesosClusterProps } from "../../lib/mesos/mesos-cluster";
import { NODE_SECRETS } from "../../lib/mesos/node-secrets";
import { USER_DATA_LIMIT_BYTES } from "../../lib/machine/user-data";
import { expectGolden } from "../support/golden";
import { testCluster, testStack } from "../support/stacks";
import { resourcesOf } from "../support/template";

const ROOTFS = join(__dirname, "../../lib/machine/rootfs");

/** Files made of what the cluster knows. */
const WRITTEN = ["/etc/cdktf-mesos/artifacts.json", "/etc/cdktf-mesos/node.env"];

/** Decoded user-data of every machine, by the machine's name. */
function userData(props: Partial<MesosClusterProps> = {}): Record<string, string> {
  const stack = testStack();
  testCluster(stack, props);
  return Object.fromEntries(
    resourcesOf(stack, Instance).map(({ tags, user_data_base64 }) => [
      tags.Name.replace(/^demo-/, ""),
      gunzipSync(Buffer.from(user_data_base64, "base64")).toString(),
    ]),
  );
}

function files(text: string): Record<string, { permissions: string; content: string }> {
  const { write_files } = JSON.parse(text.replace(/^#cloud-config\n/, ""));
  return Object.fromEntries(write_files.map(({ path, ...file }: { path: string }) => [path, file]));
}

function settings(text: string | undefined): Record<string, string> {
  const content = files(text ?? "")["/etc/cdktf-mesos/node.env"]?.content ?? "";
  return Object.fromEntries(
    content
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(`["${line.replace('="', '","')}]`)),
  );
}

/** Paths on the machine, also those written twice. */
function paths(text = ""): string[] {
  const { write_files } = JSON.parse(text.replace(/^#cloud-config\n/, ""));
  return write_files.map(({ path }: { path: string }) => path).sort();
}

/** Paths of the files a role brings, if it has any. */
function rootfs(role: string): string[] {
  const directory = join(ROOTFS, role);
  return existsSync(directory) ? rootfsFiles(directory).map(({ path }) => path) : [];
}

describe("user-data", () => {
  test.each([
    ["master/user-data.yaml", "master-1", 1],
    ["agent/user-data.yaml", "agent-1", 1],
    ["master/user-data.3-masters.yaml", "master-3", 3],
    ["agent/user-data.3-masters.yaml", "agent-1", 3],
  ])("is what %s says", (path, machine, masterCount) => {
    expectGolden(path, userData({ masterCount })[machine] as string);
  });

  it("is the same whenever it is made", () => {
    expect(userData({ masterCount: 3 })).toEqual(userData({ masterCount: 3 }));
  });

  it("leaves 1 KiB of what EC2 takes to artifacts of a user, in the largest cluster", () => {
    const stack = testStack();
    testCluster(stack, { masterCount: 5, clusterName: "a".repeat(32) });
    const sizes = resourcesOf(stack, Instance).map(
      ({ user_data_base64 }) => Buffer.from(user_data_base64, "base64").length,
    );

    expect(Math.max(...sizes)).toBeLessThanOrEqual(USER_DATA_LIMIT_BYTES - 1024);
  });

  it("holds scripts as they are, less comments below their head, executable", () => {
    const path = "/opt/cdktf-mesos/bin/boot-node";
    const [shebang, purpose, ...lines] = readFileSync(join(ROOTFS, "common", path), "utf8").split("\n");
    const content = [shebang, purpose, ...lines.filter((line) => !/^\s*#/.test(line))].join("\n");

    expect(purpose).toMatch(/^# Turns a bare image into a node/);
    expect(files(userData()["agent-1"] as string)[path]).toEqual({ permissions: "0755", content });
  });

  it("holds the files of its role and those of all roles, each once", () => {
    const { "master-1": master, "agent-1": agent } = userData();

    expect(paths(master)).toEqual([...rootfs("common"), ...rootfs("master"), ...WRITTEN].sort());
    expect(paths(agent)).toEqual([...rootfs("common"), ...rootfs("agent"), ...WRITTEN].sort());
  });

  it("holds nothing of Terraform and no credentials", () => {
    const texts = Object.values(userData({ masterCount: 3 })).join("\n");

    expect(texts).not.toMatch(/TfToken|\$\{(?:aws|data|var)[._]/);
    expect(texts).not.toMatch(/AKIA|ASIA|aws_secret|PRIVATE KEY/i);
    for (const { name } of NODE_SECRETS) expect(texts).not.toMatch(new RegExp(`${name}="?[0-9a-f]{8}`));
  });

  it("tells the nodes which masters there are, and how many must agree", () => {
    const { "master-2": master, "agent-1": agent } = userData({ masterCount: 3 });
    const common = {
      CLUSTER_NAME: "demo",
      MASTERS: "10.0.0.4 10.0.0.20 10.0.0.5",
      MESOS_QUORUM: "2",
      NODE_GENERATION: expect.stringMatching(/^[0-9a-f]{12}$/),
      WEAVE_ENCRYPTED: "true",
      WEAVE_MTU: "8916",
      WEAVE_RANGE: "10.32.0.0/12",
    };

    expect(settings(master)).toEqual({ ...common, NODE_ROLE: "master", MASTER_ID: "2" });
    expect(settings(agent)).toEqual({
      ...common,
      NODE_ROLE: "agent",
      MESOS_RESOURCES: "cpus:2;mem:6144;ports:[80-80,31000-32000]",
    });
  });

  it("knows where a machine gets what it is made of", () => {
    const artifacts = { weave: [ArtifactSource.onImage()] };
    const { "agent-1": agent = "" } = userData({ artifacts, artifactMirror: "https://mirror.example" });
    const file = files(agent)["/etc/cdktf-mesos/artifacts.json"];

    expect(file?.permissions).toBe("0644");
    expect(JSON.parse(file?.content ?? "")).toMatchObject({
      weave: [{ kind: "onImage" }],
      mesos: [{ kind: "apt", url: expect.stringMatching(/^https:\/\/mirror\.example\//) }, {}, {}, {}],
    });
  });

  it("knows the overlay it was given", () => {
    const stack = testStack();
    const weave = new WeaveNetwork(stack, "Weave", { ipRange: "172.20.0.0/16", mtu: 1376, encrypted: false });
    testCluster(stack, { weave, agentCount: 1 });
    const [agent] = resourcesOf(stack, Instance);
    const text = gunzipSync(Buffer.from(agent.user_data_base64, "base64")).toString();

    expect(settings(text)).toMatchObject({
      WEAVE_RANGE: "172.20.0.0/16",
      WEAVE_MTU: "1376",
      WEAVE_ENCRYPTED: "false",
    });
  });

  it("has another generation as soon as a setting differs", () => {
    const differing = [
      {},
      { agentType: "t3.xlarge" },
      { masterCount: 3 },
      { clusterName: "other" },
      { artifactMirror: "https://mirror.example" },
    ];
    const generations = differing.map((props) => settings(Object.values(userData(props))[0]).NODE_GENERATION);

    expect(new Set(generations).size).toBe(generations.length);
  });
});
