/** The part a machine plays in a cluster. */
export type Role = "masters" | "agents";

/** Traffic one role may send another, and why. */
export interface PortRule {
  /** Part of the construct ids of its rules: a contract. */
  readonly id: string;
  /** `tcp`, `udp`, or a protocol's number. */
  readonly protocol: string;
  /** First and last port; `undefined` where the protocol has none. */
  readonly ports?: readonly [first: number, last: number];
  readonly from: readonly Role[];
  readonly to: Role;
  /** Description of the rule; AWS takes letters, digits, spaces and a few signs, no apostrophe. */
  readonly why: string;
}

/** Port of a Mesos master. */
export const MESOS_MASTER_PORT = 5050;

/** Port where ZooKeeper serves its clients. */
export const ZOOKEEPER_PORT = 2181;

/** Port where an SSH server listens unless a property says otherwise. */
export const SSH_PORT = 22;

/**
 * All traffic between the machines of a cluster. Nothing else may pass between them, and none of it from outside.
 *
 * Not in the table because they never leave a machine: Weave's API (6784/tcp), its metrics (6781, 6782) and Mesos-DNS
 * (53, 8123), which every agent runs for itself.
 *
 * @see https://mesos.apache.org/documentation/latest/operational-guide/
 * @see https://github.com/weaveworks/weave/blob/master/site/faq.md
 */
export const PORT_RULES: readonly PortRule[] = [
  {
    id: "MesosMaster",
    protocol: "tcp",
    ports: [MESOS_MASTER_PORT, MESOS_MASTER_PORT],
    from: ["masters", "agents"],
    to: "masters",
    why: "Mesos masters replicate their log, mesos-execute and Mesos-DNS ask the leader, agents register",
  },
  {
    id: "ZooKeeper",
    protocol: "tcp",
    ports: [ZOOKEEPER_PORT, ZOOKEEPER_PORT],
    from: ["masters", "agents"],
    to: "masters",
    why: "ZooKeeper clients find the leading master",
  },
  {
    id: "ZooKeeperPeer",
    protocol: "tcp",
    ports: [2888, 2888],
    from: ["masters"],
    to: "masters",
    why: "ZooKeeper followers follow their leader",
  },
  {
    id: "ZooKeeperElection",
    protocol: "tcp",
    ports: [3888, 3888],
    from: ["masters"],
    to: "masters",
    why: "ZooKeeper servers elect a leader",
  },
  {
    id: "MesosAgent",
    protocol: "tcp",
    ports: [5051, 5051],
    from: ["masters"],
    to: "agents",
    why: "Mesos masters talk back to agents, launchers read what a failed task printed",
  },
  ...(["masters", "agents"] as const).flatMap(weaveRules),
];

function weaveRules(to: Role): PortRule[] {
  const weave = { from: ["masters", "agents"], to } as const;
  return [
    {
      id: "WeaveControl",
      protocol: "tcp",
      ports: [6783, 6783],
      why: "Weave peers exchange topology and address ranges",
      ...weave,
    },
    {
      id: "WeaveData",
      protocol: "udp",
      ports: [6783, 6784],
      why: "Weave carries the packets of tasks between machines",
      ...weave,
    },
    { id: "WeaveEncryptedData", protocol: "50", why: "Weave encrypts its fast data path with ESP", ...weave },
  ];
}
