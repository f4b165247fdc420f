import { join } from "node:path";

import { Sandbox } from "./sandbox";

const ADDRESS = "10.0.16.5";

describe("drain-agent", () => {
  let sandbox: Sandbox;
  let root: string;

  beforeEach(() => {
    sandbox = new Sandbox();
    root = sandbox.launcher();
    sandbox.write("launcher/etc/periods", "DRAIN_SEC=1\nGRACE_SEC=7\n");
  });

  afterEach(() => sandbox.remove());

  const drain = (...args: string[]) => sandbox.run(join(root, "bin/drain-agent"), args);
  const calls = () =>
    sandbox
      .calls("curl")
      .filter((call) => call.at(-1)?.endsWith("/api/v1"))
      .map((call) => JSON.parse(call[call.indexOf("--data") + 1] ?? "") as object);

  /**
   * Has the leading master know agents until one of these calls is made, and refuse others.
   *
   * @param ends a regular expression
   */
  function knows({ slaves = [], recovered = [] }: { slaves?: object[]; recovered?: object[] }, ends: string) {
    const all = sandbox.write("slaves.json", JSON.stringify({ slaves, recovered_slaves: recovered }));
    const gone = sandbox.path("gone");
    sandbox.command(
      "curl",
      `case "$*" in
        */slaves) if [[ -e '${gone}' ]]; then echo '{"slaves":[]}'; else cat '${all}'; fi ;;
        */api/v1) [[ $* =~ ${ends} ]] && touch '${gone}' || [[ $* == *DRAIN_AGENT* && $* != *refused* ]] ;;
        *) exit 22 ;;
      esac`,
    );
  }

  const drainCall = (value: string) => ({
    type: "DRAIN_AGENT",
    drain_agent: { agent_id: { value }, max_grace_period: { seconds: 7 }, mark_gone: true },
  });
  const goneCall = (value: string) => ({ type: "MARK_AGENT_GONE", mark_agent_gone: { agent_id: { value } } });

  it("has Mesos empty the agent at the address, and waits until it is gone", async () => {
    knows(
      {
        slaves: [
          { id: "S0", hostname: ADDRESS },
          { id: "S1", hostname: "10.0.16.55" },
        ],
      },
      "DRAIN_AGENT",
    );

    expect(await drain(ADDRESS)).toEqual({
      code: 0,
      stdout: "",
      stderr: `drain-agent: moving the tasks of ${ADDRESS} to other agents\n`,
    });
    expect(calls()).toEqual([drainCall("S0")]);
  });

  it("gives up an agent that does not get empty in time", async () => {
    knows({ slaves: [{ id: "S0", hostname: ADDRESS }] }, "MARK_AGENT_GONE");

    expect(await drain(ADDRESS)).toEqual({
      code: 0,
      stdout: "",
      stderr: [
        `drain-agent: moving the tasks of ${ADDRESS} to other agents\n`,
        `drain-agent: ${ADDRESS} is not empty after 1s\n`,
        `drain-agent: giving up ${ADDRESS} with what is left on it\n`,
      ].join(""),
    });
    expect(calls()).toEqual([drainCall("S0"), goneCall("S0")]);
  });

  it("gives up at once an agent that Mesos cannot empty, also one that a new leader waits for", async () => {
    knows({ recovered: [{ id: "refused", hostname: ADDRESS }] }, "MARK_AGENT_GONE");

    expect(await drain(ADDRESS)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`the leading master does not drain ${ADDRESS}\n`) as string,
    });
    expect(calls()).toEqual([drainCall("refused"), goneCall("refused")]);
  });

  it("empties each agent at the address: one may have come back under another id", async () => {
    const slaves = ["S0", "S1"].map((id) => ({ id, hostname: ADDRESS }));
    knows({ slaves }, "DRAIN_AGENT");

    expect(await drain(ADDRESS)).toMatchObject({ code: 0 });
    expect(calls()).toEqual([drainCall("S0"), drainCall("S1")]);
  });

  it("fails when Mesos does not give the agent up", async () => {
    knows({ slaves: [{ id: "refused", hostname: ADDRESS }] }, "NOTHING");

    expect(await drain(ADDRESS)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        `drain-agent: the leading master does not give up ${ADDRESS}\n`,
      ) as string,
    });
  });

  it("is done when no agent is known at the address: another master has done it", async () => {
    knows({ slaves: [{ id: "S1", hostname: "10.0.16.55" }] }, "DRAIN_AGENT");

    expect(await drain(ADDRESS)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(calls()).toEqual([]);
  });

  it("does not take a master that does not answer for an agent that is gone", async () => {
    knows({ slaves: [{ id: "S0", hostname: ADDRESS }] }, "MARK_AGENT_GONE");
    const answer = sandbox.read("bin/curl").split("\n").slice(2).join("\n");
    sandbox.command(
      "curl",
      `if [[ $* == */slaves ]] && grep -q DRAIN '${sandbox.path("curl.calls")}'; then exit 7; fi\n${answer}`,
    );

    expect(await drain(ADDRESS)).toMatchObject({ code: 0 });
    expect(calls()).toEqual([drainCall("S0"), goneCall("S0")]);
  });

  it("says what it means when no master leads", async () => {
    expect(await drain(ADDRESS)).toEqual({
      code: 1,
      stdout: "",
      stderr: `drain-agent: no master leads; what runs on ${ADDRESS} is started elsewhere once there is a leader and it misses the agent\n`,
    });
  });

  it("says how it is used", async () => {
    expect(await drain()).toMatchObject({ code: 2, stderr: "usage: drain-agent ADDRESS\n" });
  });
});
