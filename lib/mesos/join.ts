import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { type MesosHost, UPLOADS } from "./launcher";
import { clusterSecret, handedSecrets } from "./node-secrets";
import type { NodeOptions } from "./node-options";
import type { NodeRole } from "./node-user-data";
import { type ResolvedSshAccess, sshConnection } from "./ssh-access";

/** Properties for `Join`. */
export interface JoinProps {
  readonly clusterName: string;
  readonly masters: readonly MesosHost[];
  readonly agents: readonly MesosHost[];
  readonly ssh: ResolvedSshAccess;
  readonly options: Pick<NodeOptions, "clusterSecret" | "registryAuth">;
  readonly startTimeoutSec: number;
  /** What must be there before machines can be reached. */
  readonly reach: readonly ITerraformDependable[];
}

/** Directory of the nodes' own scripts. */
const BIN = "/opt/cdktf-mesos/bin";

/**
 * Hands every machine its secrets once it has booted, and waits until it is a node; then until all are a cluster.
 *
 * Secrets stand only in the configuration of a provisioner, which enters neither plan nor state. A machine that is
 * replaced is handed its secrets again.
 */
export class Join extends Construct {
  /** Exists once the cluster is ready. */
  public readonly ready: ITerraformDependable;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: JoinProps,
  ) {
    super(scope, id);
    const { masters, agents, reach } = props;
    const joined = this.join("master", masters, reach);
    // Agents need masters. Together, more agents than Terraform works on at once would wait for masters whose turn never comes.
    const all = [...joined, ...this.join("agent", agents, [...reach, ...joined])];
    this.ready = this.awaitCluster(all);
  }

  private join(role: NodeRole, hosts: readonly MesosHost[], after: readonly ITerraformDependable[]) {
    const { clusterName, ssh, options, startTimeoutSec } = this.props;
    const secret = clusterSecret({ ...options, clusterName, privateKeyFile: ssh.privateKeyFile });
    const handed = handedSecrets(role, secret, options.registryAuth);
    return hosts.map(
      ({ host, instanceId }, index) =>
        new NullResource(this, `${role === "master" ? "Master" : "Agent"}${index + 1}`, {
          triggers: { instance_id: instanceId as string },
          dependsOn: [...after],
          connection: sshConnection(ssh, host),
          provisioners: [
            { type: "remote-exec", inline: awaitBoot(startTimeoutSec) },
            // Alone: Terraform prints nothing of what a provisioner with a secret says.
            { type: "file", content: handed, destination: `${UPLOADS}/join.env` },
            {
              type: "remote-exec",
              inline: [
                "set -eu",
                `sudo ${BIN}/join-node "$HOME/${UPLOADS}/join.env"`,
                `sudo ${BIN}/node-status --wait ${startTimeoutSec}`,
              ],
            },
          ],
        }),
    );
  }

  private awaitCluster(joined: NullResource[]): NullResource {
    const { masters, agents, ssh, startTimeoutSec } = this.props;
    return new NullResource(this, "Ready", {
      triggers: { ...instanceIds("master", masters), ...instanceIds("agent", agents) },
      dependsOn: joined,
      connection: sshConnection(ssh, (masters[0] as MesosHost).host),
      provisioners: [
        {
          type: "remote-exec",
          inline: [`sudo ${BIN}/cluster-status --wait ${startTimeoutSec} ${agents.length} ${masters.length}`],
        },
      ],
    });
  }
}

/** A boot that failed (1, not 2, which is for mere complaints) is tried again: what it lacked may be there by now; else it says why. */
function awaitBoot(seconds: number): string[] {
  return [
    "set -eu",
    `mkdir -p -m 700 ${UPLOADS}`,
    `sudo timeout ${seconds} cloud-init status --wait >/dev/null || [ $? -ne 1 ] || sudo ${BIN}/boot-node`,
  ];
}

function instanceIds(role: NodeRole, hosts: readonly MesosHost[]): Record<string, string> {
  return Object.fromEntries(
    hosts.map(({ instanceId }, index) => [`${role}_${index + 1}`, instanceId as string]),
  );
}
