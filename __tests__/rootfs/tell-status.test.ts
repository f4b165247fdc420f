import { Sandbox } from "./sandbox";

interface Seen {
  readonly task: string;
  readonly mesos: readonly { readonly state: string; readonly healthy?: boolean }[];
}

const RUNNING = { state: "TASK_RUNNING" };

describe("tell-status", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
  });

  afterEach(() => sandbox.remove());

  /** Answers with what is wanted here, by copy, and what the launcher's status tells. */
  async function tell(wanted: Record<string, string>, seen: readonly Seen[]) {
    for (const [copy, task] of Object.entries(wanted))
      sandbox.write(`launcher/tasks/${copy}.wanted`, `${task} hash 20260101000000\n`);
    sandbox.write("status.json", JSON.stringify(seen));
    sandbox.write("launcher/bin/status", `#!/bin/bash\ncat '${sandbox.path("status.json")}'\n`);
    return answer();
  }

  async function answer() {
    const request = "GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n";
    const script = sandbox.write(
      "ask",
      `chmod +x '${root}/bin/status'; printf '${request}' | bash '${root}/bin/tell-status'\n`,
    );
    const { code, stdout } = await sandbox.run(script, []);
    const [head = "", body = ""] = stdout.split("\r\n\r\n");
    return { code, head: head.split("\r\n"), body };
  }

  it("names of each service what is amiss, in the form of a state with one output", async () => {
    const { code, head, body } = await tell(
      {
        "web-1": "web-1-20260101000000",
        "web-2": "web-2-20260101000000",
        "db-1": "db-1-20260101000000",
        "sick-1": "sick-1-20260101000000",
        "new-1": "new-1-20260101000000",
      },
      [
        { task: "web-1-20260101000000", mesos: [] },
        { task: "web-2-20260101000000", mesos: [{ state: "TASK_STAGING" }] },
        { task: "db-1-20260101000000", mesos: [{ state: "TASK_KILLING" }, RUNNING] },
        { task: "sick-1-20260101000000", mesos: [{ ...RUNNING, healthy: false }] },
      ],
    );

    expect(code).toBe(0);
    expect(head).toEqual(["HTTP/1.1 200 OK", "Content-Type: application/json", "Connection: close"]);
    expect(JSON.parse(body)).toEqual({
      version: 4,
      terraform_version: "1.0.0",
      serial: 1,
      lineage: "services",
      outputs: {
        services: {
          value: {
            db: "",
            new: "new-1 is not running",
            sick: "sick-1 is not healthy",
            web: "web-1 is not running, web-2 is TASK_STAGING",
          },
          type: ["map", "string"],
        },
      },
      resources: [],
    });
  });

  it("knows no service where none is wanted", async () => {
    const { body } = await tell({}, []);

    expect(JSON.parse(body)).toMatchObject({ outputs: { services: { value: {} } } });
  });

  it("says so when the launcher cannot tell", async () => {
    sandbox.write("launcher/bin/status", "#!/bin/bash\nexit 1\n");

    expect(await answer()).toMatchObject({
      code: 0,
      head: ["HTTP/1.1 503 Service Unavailable", "Connection: close"],
      body: "",
    });
  });
});
