import "../../lib/app/source-maps";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { App, TerraformStack } from "cdktf";
import { HealthCheck, MesosCluster, MesosTask } from "../../lib";

/** How many tasks an agent of this app holds. */
const TASKS_AN_AGENT = 10;

/** Declares this many tasks on one cluster, in pairs as the services of Sock Shop are: one waits for the other. */
function main(count: number): void {
  const app = new App();
  const stack = new TerraformStack(app, "tasks");
  new NullProvider(stack, "Null");
  const cluster = MesosCluster.fromAttributes(stack, "Cluster", {
    clusterName: "tasks",
    masters: [{ host: "192.0.2.1", instanceId: "i-1" }],
    masterUrl: "zk://10.0.0.4:2181/mesos",
    ssh: { privateKeyFile: "~/.ssh/key.pem" },
    agentCount: Math.ceil(count / TASKS_AN_AGENT),
    agentResources: { cpus: 2, memoryMiB: 6144 },
  });
  for (let number = 1; number <= count; number++) {
    const links = number % 2 === 0 ? [{ taskName: `task-${number - 1}`, port: 80, startAfter: true }] : [];
    new MesosTask(stack, `Task${number}`, {
      cluster,
      taskName: `task-${number}`,
      image: "weaveworksdemos/payment:0.4.3",
      command: ["/app", "-port=80"],
      environment: { NUMBER: String(number) },
      ports: [80],
      links,
      healthCheck: HealthCheck.http(80, "/health"),
    });
  }
  app.synth();
}

main(Number(process.argv[2]));
