import { type AddressInfo, createServer, type Server } from "node:net";

import { TerraformStack } from "cdktf";

import { MesosTask, ServiceCheck } from "../../lib";
import { describeTerraform, type StackFolder } from "../support/terraform";
import { type LoopbackHost, LoopbackHosts } from "./loopback-hosts";
import { bash } from "./running-task";

jest.setTimeout(90_000);

const RUNNING = { image: "weaveworksdemos/catalogue:0.3.5", command: ["/bin/sleep", "infinity"] };
const NOTHING = "0 to add, 0 to change, 0 to destroy";
const STOP_WEB =
  'read -r task _ </opt/cdktf-mesos/launcher/tasks/web-1.wanted; systemctl stop "mesos-task@$task"';
const TELL = `printf 'GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' | /opt/cdktf-mesos/launcher/bin/tell-status`;

describeTerraform("a check of services", () => {
  let hosts: LoopbackHosts;
  let master: LoopbackHost;
  let server: Server;

  beforeAll(async () => {
    hosts = await LoopbackHosts.start();
    master = (await hosts.bootCluster(["10.0.0.4"], ["10.0.1.4"])).masters[0] as LoopbackHost;
    // as systemd-socket-activate on the master at the other end of a tunnel
    server = createServer((socket) => {
      socket.once(
        "data",
        () =>
          void bash(master.machine, TELL).then(
            (answer) => socket.end(answer),
            // before the first deploy there is nothing that could answer
            () => socket.destroy(),
          ),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    server.close();
    await hosts.close();
  });

  function declare(): StackFolder {
    hosts.project.synth((app) => {
      const stack = new TerraformStack(app, "checked");
      const cluster = hosts.cluster(stack, { masters: [{ host: master.host }] });
      for (const taskName of ["web", "db"]) new MesosTask(stack, taskName, { cluster, taskName, ...RUNNING });
      const { port } = server.address() as AddressInfo;
      new ServiceCheck(stack, "Check", { cluster, address: `http://127.0.0.1:${port}/` });
    });
    return hosts.project.stack("checked");
  }

  const words = (output: string) => output.replaceAll(/[│\s]+/g, " ");

  it("says nothing of services that run, and names the one somebody has stopped by hand", async () => {
    const stack = declare();
    const applied = await stack.apply();
    expect(applied).toMatchObject({ code: 0 });
    // a check is made when all else of an apply is done
    expect(words(applied.output)).not.toContain("do not run as declared");
    const well = await stack.plan();
    expect(well).toMatchObject({ code: 0 });
    expect(well.output).toContain(NOTHING);
    expect(well.output).not.toContain("Warning:");
    expect(well.output).not.toContain("do not run as declared");

    await bash(master.machine, STOP_WEB);
    const amiss = await stack.plan();

    expect(amiss.code).toBe(0);
    expect(amiss.output).toContain(NOTHING);
    expect(words(amiss.output)).toContain("Warning: Check block assertion failed");
    expect(words(amiss.output)).toContain("services do not run as declared: web: web-1 is not running");
  });

  it("names a service that no master holds any more", async () => {
    await bash(master.machine, "/opt/cdktf-mesos/launcher/bin/stop-service db");
    const { code, output } = await declare().plan();

    expect(code).toBe(0);
    expect(words(output)).toContain("db: no master knows it");
  });

  it("only warns when nobody answers", async () => {
    const stack = declare();
    server.close();
    const { code, output } = await stack.plan();

    expect(code).toBe(0);
    expect(output).toContain("Warning:");
    expect(output).not.toContain("Error:");
  });
});
