import { complaints, isWell } from "../../tools/lab/boot-verdict";

const good = { name: "settings", outcome: "ok", detail: "master of demo" };
const bad = { name: "mesos", outcome: "failed", detail: "no package" };

describe("a boot's verdict", () => {
  it("is well when neither cloud-init nor the node complains", () => {
    const verdict = { errors: [], node: { ok: true, checks: [good] } };

    expect(isWell(verdict)).toBe(true);
    expect(complaints(verdict)).toEqual([]);
  });

  it.each([
    [
      { errors: ["scripts-user failed"], node: { ok: true, checks: [] } },
      ["cloud-init: scripts-user failed"],
    ],
    [{ errors: [], node: { ok: false, checks: [good, bad] } }, ["mesos failed: no package"]],
    [{ errors: [], node: undefined }, ["the node wrote no /var/lib/cdktf-mesos/verdict.json"]],
  ])("is not well: %j", (verdict, lines) => {
    expect(isWell(verdict)).toBe(false);
    expect(complaints(verdict)).toEqual(lines);
  });
});
