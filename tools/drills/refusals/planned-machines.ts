import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { App, TerraformStack } from "cdktf";
import { MesosCluster, type MesosClusterProps } from "../../../lib/mesos/mesos-cluster";
import type { NodeRole } from "../../../lib/mesos/node-user-data";
import { Network } from "../../../lib/network/network";

/** A cluster as a stack declares it. Its machines are Debian's, and one master and one agent unless it says otherwise. */
export type DeclaredCluster = Partial<
  Pick<MesosClusterProps, "clusterName" | "masterCount" | "agentCount" | "artifacts">
>;

/** A machine that a stack declares. */
export interface PlannedMachine {
  /** The `Name` of its instance: `demo-master-1`. */
  readonly name: string;
  readonly role: NodeRole;
  readonly address: string;
  /** Range of its subnet. */
  readonly subnet: string;
  /** In base64, as its instance has it. */
  readonly userData: string;
}

interface Template {
  readonly resource: {
    readonly aws_instance: Readonly<Record<string, { tags: { Name: string }; user_data_base64: string }>>;
  };
  readonly locals?: Readonly<Record<string, string>>;
}

/**
 * The machines of clusters that share a VPC, with the user-data a stack of them renders.
 *
 * @param range second number of the VPC's range, 10.x.0.0/16
 */
export function planMachines(range: number, clusters: readonly DeclaredCluster[]): PlannedMachine[] {
  let agents = 0;
  const { resource, locals = {} } = synthesize(range, clusters);
  return Object.values(resource.aws_instance).map(({ tags, user_data_base64: value }) => {
    const userData = locals[/^\$\{local\.(\w+)\}$/.exec(value)?.[1] ?? ""] ?? value;
    const settings = nodeSettings(userData);
    if (settings.NODE_ROLE === "agent") {
      const address = `10.${range}.16.${4 + agents++}`;
      return { name: tags.Name, role: "agent", address, subnet: `10.${range}.16.0/20`, userData };
    }
    const address = settings.MASTERS?.split(" ")[Number(settings.MASTER_ID) - 1] ?? "";
    return { name: tags.Name, role: "master", address, subnet: subnetOf(address), userData };
  });
}

/** User-data in which a file is another. */
export function withFile(userData: string, file: string, change: (content: string) => string): string {
  const text = cloudConfig(userData);
  const config = JSON.parse(text.slice(text.indexOf("{"))) as {
    write_files: { path: string; content: string }[];
  };
  const found = config.write_files.find((entry) => entry.path === file);
  if (found === undefined) throw new Error(`lab: user-data must hold ${file}, got none`);
  found.content = change(found.content);
  return gzipSync(`#cloud-config\n${JSON.stringify(config)}\n`).toString("base64");
}

function cloudConfig(userData: string): string {
  return gunzipSync(Buffer.from(userData, "base64")).toString();
}

function nodeSettings(userData: string): Readonly<Record<string, string>> {
  const settings = cloudConfig(userData).matchAll(/([A-Z_]+)=\\"([^"\\]*)\\"\\n/g);
  return Object.fromEntries([...settings].map(([, key, value]) => [key, value]));
}

/** Masters are in networks of 16 addresses. */
function subnetOf(address: string): string {
  const [last = 0, ...rest] = address.split(".").map(Number).reverse();
  return `${rest.reverse().join(".")}.${last - (last % 16)}/28`;
}

function synthesize(range: number, clusters: readonly DeclaredCluster[]): Template {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "cdktf-mesos-lab-"));
  try {
    const app = new App({ outdir });
    declare(new TerraformStack(app, "refused"), range, clusters);
    app.synth();
    const file = path.join(outdir, "stacks/refused/cdk.tf.json");
    return JSON.parse(fs.readFileSync(file, "utf8")) as Template;
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

function declare(stack: TerraformStack, range: number, clusters: readonly DeclaredCluster[]): void {
  new AwsProvider(stack, "Aws", { region: "eu-west-1" });
  new NullProvider(stack, "Null");
  const network = new Network(stack, "Network", { networkName: "demo", cidr: `10.${range}.0.0/16` });
  clusters.forEach(
    (cluster, index) =>
      new MesosCluster(stack, `Cluster${index + 1}`, {
        clusterName: "demo",
        agentCount: 1,
        network,
        keyName: "demo-key",
        ssh: { privateKeyFile: "/keys/demo" },
        adminCidrs: ["203.0.113.7/32"],
        ...cluster,
      }),
  );
}
