import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { type App, TerraformStack, Testing } from "cdktf";

import { type IMesosCluster, MesosCluster, type MesosClusterProps } from "../../lib/mesos/mesos-cluster";
import { type INetwork, Network, type NetworkProps } from "../../lib/network/network";

const outdir = mkdtempSync(join(tmpdir(), "cdktf-mesos-test-"));

afterAll(() => rmSync(outdir, { recursive: true }));

/** An app that leaves nothing behind. */
export function testApp(): App {
  return Testing.app({ outdir });
}

/** A stack `test` with the providers the library needs. */
export function testStack(): TerraformStack {
  const stack = new TerraformStack(testApp(), "test");
  new AwsProvider(stack, "Aws", { region: "eu-west-1" });
  new NullProvider(stack, "Null");
  return stack;
}

/** A network `demo` with literal zones. */
export function testNetwork(stack: TerraformStack, props: Partial<NetworkProps> = {}): Network {
  return new Network(stack, "Network", { networkName: "demo", ...zoneNames(props), ...props });
}

/** A cluster `demo`, in a network of its own unless the props bring one. */
export function testCluster(stack: TerraformStack, props: Partial<MesosClusterProps> = {}): MesosCluster {
  return new MesosCluster(stack, "Cluster", {
    clusterName: "demo",
    network: (props.network ?? testNetwork(stack)) as INetwork,
    keyName: "demo-key",
    ssh: { privateKeyFile: "~/.ssh/demo" },
    adminCidrs: ["203.0.113.7/32"],
    ...props,
  });
}

/** Two hosts that are there already. */
export function importedCluster(
  stack: TerraformStack,
  props: Partial<Parameters<typeof MesosCluster.fromAttributes>[2]> = {},
): IMesosCluster {
  return MesosCluster.fromAttributes(stack, "Cluster", {
    clusterName: "demo",
    masters: [
      { host: "198.51.100.1", instanceId: "i-1" },
      { host: "198.51.100.2", instanceId: "i-2" },
    ],
    masterUrl: "zk://10.0.0.4:2181,10.0.0.20:2181/mesos",
    ssh: { privateKeyFile: "/keys/demo", user: "admin" },
    ...props,
  });
}

function zoneNames({ zones = 2 }: Partial<NetworkProps>): Pick<NetworkProps, "availabilityZones"> {
  return { availabilityZones: Array.from({ length: zones }, (_, index) => `eu-west-1${"abcdef"[index]}`) };
}
