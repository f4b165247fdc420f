import { emptyCluster } from "../../../../../tools/rehearsal/mesos/cluster-state";
import {
  awaitedAgent,
  isReadable,
  nextStatus,
  registeredAgents,
  ReplicaStatus,
} from "../../../../../tools/lab/stand-ins/mesos/master/registry";
import { NOTHING } from "../../../../../tools/rehearsal/mesos/resources";

const copies = (voting: number, empty: number): ReplicaStatus[] => [
  ...Array<ReplicaStatus>(voting).fill("VOTING"),
  ...Array<ReplicaStatus>(empty).fill("EMPTY"),
];

describe("a copy of the registry", () => {
  it.each([
    [1, 0, 1, true, "a single master's own, when it is new"],
    [2, 0, 2, false, "one of two new ones, where there may be three"],
    [2, 0, 3, true, "one of three new ones"],
    [2, 1, 1, false, "a new one with one that votes"],
    [2, 2, 1, true, "a new one with a quorum that votes"],
    [3, 0, 4, false, "one of four new ones, where there may be five"],
    [3, 0, 5, true, "one of five new ones"],
  ])("with quorum %i, %i that vote and %i empty ones: may vote %s, as %s", (quorum, voting, empty, votes) => {
    expect(nextStatus("EMPTY", copies(voting, empty), quorum)).toBe(votes ? "VOTING" : "EMPTY");
  });

  it("keeps its vote", () => expect(nextStatus("VOTING", copies(1, 0), 2)).toBe("VOTING"));

  it("can be read only with a quorum", () => {
    expect(isReadable(copies(1, 2), 2)).toBe(false);
    expect(isReadable(copies(2, 1), 2)).toBe(true);
  });
});

describe("the registry", () => {
  const agent = {
    id: "S0",
    address: "10.0.1.4",
    total: NOTHING,
    attributes: { zone: "a" },
  };
  const there = { ...agent, id: "S1", machine: "10.0.1.5:5051", registeredAt: 5, reregisteredAt: 7 };

  it("has the agents that are there, and those its leader waits for", () => {
    const state = { ...emptyCluster(1), agents: [there], recovered: [awaitedAgent(agent, 3)] };
    expect(registeredAgents(state)).toEqual([{ ...agent, id: "S1" }, agent]);
  });
});
