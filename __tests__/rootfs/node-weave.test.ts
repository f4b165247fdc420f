import { NodeSandbox } from "./node-sandbox";

const FLAGS = ["launch", "--no-dns", "--no-restart", "--proxy=false", "--plugin=false"];

describe("node-weave", () => {
  let sandbox: NodeSandbox;

  afterEach(() => sandbox.remove());

  function machine(role: "master" | "agent", settings: Record<string, string> = {}, api = "1.44"): void {
    sandbox = new NodeSandbox(role);
    sandbox.settings(settings);
    sandbox.write("etc/cdktf-mesos/artifacts.json", '{"weaveImages":[{"kind":"onImage"}]}');
    sandbox.command("docker", `echo ${api}`);
    sandbox.command("weave", `env >'${sandbox.path("env")}'`);
  }

  const weave = (...args: string[]) =>
    sandbox.run(sandbox.path("opt/cdktf-mesos/bin/node-weave"), args, { WEAVE_PASSWORD: "s3cret" });
  const environment = () => sandbox.read("env").split("\n");

  it("has masters agree on addresses, and connects to all but itself", async () => {
    machine("master");

    expect(await weave("launch")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(sandbox.calls("weave")).toEqual([
      [...FLAGS, "--ipalloc-range", "10.32.0.0/12", "--ipalloc-init", "consensus=3", "10.0.0.4", "10.0.0.36"],
    ]);
  });

  it("has agents ask for theirs, and connects to all masters", async () => {
    machine("agent");
    await weave("launch");

    expect(sandbox.calls("weave")).toEqual([
      [
        ...FLAGS,
        "--ipalloc-range",
        "10.32.0.0/12",
        "--ipalloc-init",
        "observer",
        "10.0.0.4",
        "10.0.0.20",
        "10.0.0.36",
      ],
    ]);
  });

  it("hands Weave its MTU and password by its environment", async () => {
    machine("agent");
    await weave("launch");

    expect(environment()).toEqual(
      expect.arrayContaining(["WEAVE_MTU=8916", "WEAVE_PASSWORD=s3cret", "CHECKPOINT_DISABLE=1"]),
    );
  });

  it("leaves the password out where nothing is to be encrypted", async () => {
    machine("agent", { WEAVE_ENCRYPTED: "false" });
    await weave("launch");

    expect(environment().join("\n")).not.toContain("s3cret");
  });

  it.each([
    ["1.41", "1.41"],
    ["1.44", "1.44"],
    ["1.52", "1.44"],
  ])("speaks to a Docker of API %s with %s, and so does the router", async (api, spoken) => {
    machine("agent", {}, api);
    await weave("expose");

    expect(environment()).toEqual(
      expect.arrayContaining([
        `DOCKER_API_VERSION=${spoken}`,
        `WEAVE_DOCKER_ARGS=-e DOCKER_API_VERSION=${spoken}`,
      ]),
    );
  });

  it("ends where Docker does not tell its version", async () => {
    machine("agent", {}, "''");

    expect(await weave("stop")).toMatchObject({
      code: 1,
      stderr: "node-weave: docker must tell its API version, got ''\n",
    });
    expect(sandbox.calls("weave")).toEqual([]);
  });

  it.each([
    ["registry.example.com/team/weave:3.0.2", "DOCKERHUB_USER=registry.example.com/team"],
    ["avhost/weave:3.0.2", "DOCKERHUB_USER=avhost"],
  ])("runs the images that were pulled: %s", async (image, user) => {
    machine("agent");
    sandbox.write(
      "etc/cdktf-mesos/artifacts.json",
      JSON.stringify({ weaveImages: [{ kind: "image", image }] }),
    );
    await weave("launch");

    expect(environment()).toContain(user);
  });

  it("says what an address is waited for, before it blocks", async () => {
    machine("agent");

    expect((await weave("expose")).stderr).toBe(
      "node-weave: asking for an address; it comes when the masters have agreed on who owns which\n",
    );
    expect(sandbox.calls("weave")).toEqual([["expose"]]);
  });

  it("passes other commands on", async () => {
    machine("master");
    await weave("rmpeer", "de:ad");

    expect(sandbox.calls("weave")).toEqual([["rmpeer", "de:ad"]]);
  });
});
