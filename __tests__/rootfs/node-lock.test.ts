import { NodeSandbox } from "./node-sandbox";

describe("while another change of a node goes on", () => {
  let sandbox: NodeSandbox;

  beforeEach(() => {
    sandbox = new NodeSandbox("master");
    sandbox.settings();
    sandbox.command("flock", "exit 1");
  });

  afterEach(() => sandbox.remove());

  test.each([
    ["boot-node", []],
    ["join-node", ["/home/join.env"]],
    ["forget-identity", []],
  ])("%s waits, and changes nothing", async (script, args) => {
    const before = sandbox.snapshot("etc", "var");

    expect(await sandbox.node(script, ...args)).toMatchObject({
      code: 1,
      stderr: `${script}: another change of this node has been running for 15 minutes\n`,
    });

    expect(sandbox.calls("flock")).toEqual([["--wait", "900", "9"]]);
    expect(sandbox.calls("systemctl")).toEqual([]);
    expect(sandbox.snapshot("etc", "var")).toEqual(before);
  });
});
