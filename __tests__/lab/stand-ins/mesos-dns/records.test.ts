import { label, MesosState, recordsOf } from "../../../../tools/lab/stand-ins/mesos-dns/records";

function state(address: string | undefined, taskState = "TASK_RUNNING", name = "web"): MesosState {
  const network = address === undefined ? [] : [{ ip_addresses: [{ ip_address: address }] }];
  return {
    leader: "master@10.0.0.4:5050",
    slaves: [{ id: "S0", hostname: "10.0.1.4" }],
    frameworks: [
      {
        name: "mesos-execute instance",
        tasks: [
          {
            name,
            state: taskState,
            slave_id: "S0",
            statuses: [{ state: "TASK_RUNNING", container_status: { network_infos: network } }],
          },
        ],
      },
    ],
  };
}

const names = (given: MesosState, sources: readonly string[] = ["netinfo"]) =>
  Object.fromEntries(recordsOf(given, "weave.local", sources));

const LEADER = { "leader.weave.local": ["10.0.0.4"], "master.weave.local": ["10.0.0.4"] };

describe("records of Mesos-DNS", () => {
  it("name a running task by its framework, and the leader", () => {
    expect(names(state("10.32.0.2"))).toEqual({
      ...LEADER,
      "web.mesos-executeinstance.weave.local": ["10.32.0.2"],
    });
  });

  it.each(["TASK_STAGING", "TASK_STARTING", "TASK_KILLING", "TASK_UNREACHABLE"])(
    "leave out a task in %s",
    (other) => {
      expect(names(state("10.32.0.2", other))).toEqual(LEADER);
    },
  );

  it("have all addresses of a name", () => {
    const [one, two] = [state("10.32.0.2"), state("10.32.0.3")];
    const both = { ...one, frameworks: [...(one.frameworks ?? []), ...(two.frameworks ?? [])] };
    expect(names(both)["web.mesos-executeinstance.weave.local"]).toEqual(["10.32.0.2", "10.32.0.3"]);
  });

  it("take the first source that has an address", () => {
    const task = "web.mesos-executeinstance.weave.local";
    expect(names(state(undefined), ["netinfo", "host"])[task]).toEqual(["10.0.1.4"]);
    expect(names(state("10.32.0.2"), ["host", "netinfo"])[task]).toEqual(["10.0.1.4"]);
    expect(names(state(undefined))).toEqual(LEADER);
  });

  it.each([
    ["mesos-execute instance", "mesos-executeinstance"],
    ["Front_End.v2", "front-end-v2"],
    ["-x-", "x"],
    ["é", ""],
    ["a".repeat(70), "a".repeat(63)],
  ])("make a label of %s", (text, wanted) => expect(label(text)).toBe(wanted));
});
