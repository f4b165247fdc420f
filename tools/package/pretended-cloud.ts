import { readFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command";

/** What keeps a trial off the network, and its output free of colours. */
const QUIET = { CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1", FORCE_COLOR: "0" };

/** A program whose resources need no machine that answers: a network alone. */
export function networkProgram(): string {
  return program('new Network(stack, "Network", { networkName: "payments", privateSubnets: true });');
}

/** A program that can only be planned, since its machines are to be reached by SSH: a cluster in that network. */
export function clusterProgram(privateKeyFile: string): string {
  return program(`new MesosCluster(stack, "Mesos", {
  clusterName: "payments",
  network: new Network(stack, "Network", { networkName: "payments", privateSubnets: true }),
  keyName: "trial",
  ssh: { privateKeyFile: ${JSON.stringify(privateKeyFile)} },
  adminCidrs: ["203.0.113.7/32"],
});`);
}

function program(resources: string): string {
  return `
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { App, TerraformStack } from "cdktf";
import { MesosCluster, Network } from "cdktf-mesos";

const app = new App();
const stack = new TerraformStack(app, "payments");
new AwsProvider(stack, "Aws", { region: "eu-west-1" });
new NullProvider(stack, "Null");
${resources}
app.synth();
`;
}

/**
 * Plans a project's stack `payments` with the installed tools as the README says.
 *
 * @returns how many resources there would be
 * @throws Error when the command fails, or plans nothing
 */
export function planProvider(project: string): number {
  const planned = /Plan: (\d+) to add, 0 to change, 0 to destroy/.exec(withProvider(project, "diff"));
  if (planned === null) throw new Error("Terraform does not say what it would make");
  return Number(planned[1]);
}

/**
 * Deploys a project's stack `payments` with the installed tools as the README says, twice, and destroys it.
 *
 * @returns how many resources there were
 * @throws Error when a command fails, the second deploy finds something to change, or anything is left
 */
export function tryProvider(project: string): number {
  const first = deployed(project, "deploy");
  const second = deployed(project, "deploy");
  const last = deployed(project, "destroy");
  const left = readFileSync(join(project, ".cdktf-mesos-tools/cloud.json"), "utf8").trim();
  if (first.added === 0) throw new Error("the first deploy made nothing");
  if (second.added + second.changed + second.destroyed > 0) {
    throw new Error(`the second deploy changed something: ${JSON.stringify(second)}`);
  }
  if (last.destroyed !== first.added || left !== "[]") {
    throw new Error(`destroy took away ${last.destroyed} of ${first.added} resources and left ${left}`);
  }
  return first.added;
}

/** What Terraform says it did. */
interface Changes {
  readonly added: number;
  readonly changed: number;
  readonly destroyed: number;
}

function deployed(project: string, verb: "deploy" | "destroy"): Changes {
  return changes(withProvider(project, verb, "--auto-approve"));
}

function withProvider(project: string, verb: string, ...options: string[]): string {
  const cdktf = ["npx", "cdktf", verb, "payments", "--skip-provider-lock", ...options];
  const settings = Object.entries(QUIET).map(([name, value]) => `${name}=${value}`);
  const tools = ["npx", "--no-install", "cdktf-mesos-tools", "provider", "--", ...cdktf];
  return command(project, "env", ...settings, ...tools);
}

/**
 * What Terraform did, by the last line in which it says so.
 *
 * @throws Error when there is none
 */
export function changes(output: string): Changes {
  const summary =
    /(?:Apply|Destroy) complete! Resources: (?:(\d+) added, (\d+) changed, )?(\d+) destroyed\./g;
  const found = [...output.matchAll(summary)].at(-1);
  if (found === undefined) throw new Error(`Terraform does not say what it did:\n${output}`);
  const [added = 0, changed = 0, destroyed = 0] = found.slice(1).map((count) => Number(count ?? 0));
  return { added, changed, destroyed };
}
