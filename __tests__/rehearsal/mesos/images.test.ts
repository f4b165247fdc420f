import { readFileSync } from "node:fs";
import { join } from "node:path";

import { SOCK_SHOP_SERVICES } from "../../../lib/sock-shop/services";
import { launchTestInstance, type TestInstance } from "../instance-support";

const DEFINITIONS = join(__dirname, "../../rendered/tasks");

const DOMAIN = "mesos-executeinstance.weave.local";

/** How a service is started; the rest is the same for all. */
interface Start {
  readonly shell?: boolean;
  readonly value?: string;
  readonly arguments?: readonly string[];
}

/** A start of each kind of image that lacks something, and what it is told. */
const WRONG: [service: string, start: Start, told: string, code: number][] = [
  ["catalogue", program("/app", "-port=80"), "the flag -DSN is missing", 1],
  ["payment", program("/app", "-port="), "the flag -port is missing", 1],
  ["user", program("/user", "-port=80", "-x=1"), "flag provided but not defined: -x=1", 2],
  ["carts", program("java.sh", "-jar", "/usr/src/app/app.jar", "--port=80"), "the flag --db is missing", 1],
  [
    "orders",
    program("java.sh", "-jar", "./app.jar", "--port=80", "--db=x"),
    "the flag --domain is missing",
    1,
  ],
  ["shipping", program("java.sh", "-jar", "/other.jar"), "Unable to access jarfile /other.jar", 1],
  ["queue-master", {}, "the flag --spring.rabbitmq.host is missing", 1],
  ["front-end", { shell: true, value: "npm start" }, "usage: npm start -- [OPTIONS]", 1],
  ["front-end", { shell: true, value: "cd / && npm start" }, "ENOENT", 254],
  ["front-end", { shell: true, value: "npm start --" }, "the flag --domain is missing", 1],
  ["edge-router", {}, "backend front-end:8079: no such host", 1],
  ["carts-db", { arguments: ["mongo"] }, "exec: mongo: not found", 127],
  ["session-db", { arguments: ["--port=1"] }, "exec: --port=1: not found", 127],
];

function program(...argv: string[]): Start {
  return { shell: false, value: argv[0], arguments: argv };
}

describe("the stand-in images", () => {
  let test: TestInstance;
  beforeAll(async () => {
    test = await launchTestInstance();
  });
  afterAll(() => test.terminate());

  const definitionOf = (service: string) =>
    JSON.parse(readFileSync(join(DEFINITIONS, `${service}.json`), "utf8"));

  async function run(id: string, service: string, command: object): Promise<string> {
    const definition = {
      ...definitionOf(service),
      task_id: { value: id },
      resources: [{ name: "cpus", type: "SCALAR", scalar: { value: 0.1 } }],
      command,
    };
    await test.write(`/etc/mesos-task/${id}.json`, JSON.stringify(definition));
    const { stdout } = await test.bash(
      `mesos-execute --master=127.0.0.1:5050 --task=file:///etc/mesos-task/${id}.json --kill_after=500ms`,
    );
    return stdout;
  }

  const read = async (id: string, stream: string) =>
    (await test.bash(`cat /var/lib/mesos/agent/frameworks/*/executors/${id}/runs/latest/${stream}`)).stdout;

  it.each(SOCK_SHOP_SERVICES.map(({ name }) => name))("run %s as it is declared", async (service) => {
    const said = await run(service, service, definitionOf(service).command);

    expect({ said, stderr: await read(service, "stderr") }).toEqual({
      said: expect.stringContaining(`Received status update TASK_KILLED for task '${service}'`),
      stderr: "",
    });
  });

  it.each(WRONG.map((one, index) => [...one, index] as const))(
    "refuse %s started as %j",
    async (service, start, told, code, index) => {
      const id = `wrong-${index}`;
      const said = await run(id, service, { shell: false, ...start });

      expect(said).toContain(`message: 'Command exited with status ${code}'`);
      expect(await read(id, "stderr")).toContain(told);
    },
  );

  it("show what reached them", async () => {
    await run("router", "edge-router", definitionOf("edge-router").command);
    await run("cart", "carts", definitionOf("carts").command);

    expect(await read("router", "stdout")).toBe(
      `Server configuration reloaded, backend front-end.${DOMAIN}:8079\n`,
    );
    expect(await read("cart", "stdout")).toMatch(/^Started with -Xms64m -Xmx128m /);
  });
});
