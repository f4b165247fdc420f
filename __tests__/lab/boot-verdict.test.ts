import { BootVerdict, isWell, verdictLines } from "../../tools/lab/boot-verdict";

const good = { name: "settings", outcome: "ok", detail: "master of demo" };
const bad = { name: "mesos", outcome: "failed", detail: "no package" };

const well: BootVerdict = { errors: [], node: { ok: true, checks: [good] } };
const failed: BootVerdict = { errors: ["scripts-user failed"], node: { ok: false, checks: [good, bad] } };
const silent: BootVerdict = { errors: [], node: undefined };

describe("isWell", () => {
  it.each([
    ["neither cloud-init nor the node complains", well, true],
    ["cloud-init complains", { ...well, errors: ["scripts-user failed"] }, false],
    ["the node complains", { errors: [], node: { ok: false, checks: [bad] } }, false],
    ["the node says nothing", silent, false],
  ])("when %s", (_, verdict, expected) => {
    expect(isWell(verdict)).toBe(expected);
  });
});

describe("verdictLines", () => {
  it("are a table, and what was amiss", () => {
    const verdicts = [
      { name: "master-1", address: "10.0.0.4", verdict: well },
      { name: "agent-1", address: "10.0.16.4", verdict: failed },
      { name: "agent-2", address: "10.0.32.4", verdict: silent },
      { name: "agent-3", address: "10.0.16.5", verdict: undefined },
    ];

    expect(verdictLines(verdicts)).toEqual([
      "",
      "machine   address    cloud-init    node",
      "master-1  10.0.0.4   done          ok",
      "agent-1   10.0.16.4  error         not ok",
      "agent-2   10.0.32.4  done          no verdict",
      "agent-3   10.0.16.5  not finished",
      "agent-1: cloud-init: scripts-user failed",
      "agent-1: mesos failed: no package",
      "agent-2: the node wrote no /var/lib/cdktf-mesos/verdict.json",
    ]);
  });

  it("are none without machines", () => {
    expect(verdictLines([])).toEqual([]);
  });
});
