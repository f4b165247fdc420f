import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { NODE_SECRETS } from "../../../lib/mesos/node-secrets";
import { bootVerdict, type BootVerdict } from "../../lab/boot-verdict";
import type { Circumstances, Lab, LabCommandResult, LabMachine } from "../../lab/index";
import type { PlannedMachine } from "./planned-machines";

const BIN = "/opt/cdktf-mesos/bin";

const LOOK_AGAIN_MS = 250;

/** A machine that a refusal has booted. */
export class RefusedMachine {
  /** Makes it, in a subnet of its own VPC. */
  public static async boot(
    lab: Lab,
    planned: PlannedMachine,
    circumstances: Circumstances = {},
  ): Promise<RefusedMachine> {
    const { name, role, address, subnet, userData } = planned;
    const id = `i-${hash(address).slice(0, 17)}`;
    await lab.setCircumstances(address, circumstances);
    await lab.hooks.created?.("aws_subnet", { id: `subnet-${subnet}`, cidr_block: subnet });
    await lab.hooks.created?.("aws_instance", {
      id,
      ami: "ami-1",
      availability_zone: "eu-west-1a",
      instance_type: role === "master" ? "t3.small" : "t3.large",
      private_dns: `ip-${address.replaceAll(".", "-")}.eu-west-1.compute.internal`,
      private_ip: address,
      subnet_id: `subnet-${subnet}`,
      tags: { Name: name },
      user_data_base64: userData,
    });
    return new RefusedMachine(lab, planned, lab.machine(id) as LabMachine);
  }

  private constructor(
    private readonly lab: Lab,
    private readonly planned: PlannedMachine,
    public readonly machine: LabMachine,
  ) {}

  /** Changes what is around it. */
  public setCircumstances(circumstances: Circumstances): Promise<void> {
    return this.lab.setCircumstances(this.planned.address, circumstances);
  }

  /** Runs a script of bash on it. */
  public bash(script: string, ...args: string[]): Promise<LabCommandResult> {
    return this.machine.run(["/bin/bash", "-c", script, "bash", ...args]);
  }

  /**
   * Waits until a script succeeds on it.
   *
   * @throws Error with what it said last
   */
  public async until(script: string, seconds: number): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const { code, stdout, stderr } = await this.bash(script);
      if (code === 0) return;
      if (Date.now() > deadline) throw this.complaint(`${script}: not within ${seconds} s`, stdout + stderr);
      await sleep(LOOK_AGAIN_MS);
    }
  }

  /**
   * Waits until all that cloud-init does has ended.
   *
   * @throws Error when it does not
   */
  public async booted(seconds: number): Promise<BootVerdict> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const verdict = bootVerdict(this.machine);
      if (verdict !== undefined) return verdict;
      if (Date.now() > deadline) {
        const { stdout } = await this.bash("tail -n 30 /var/log/cloud-init-output.log");
        throw this.complaint(`its boot must end within ${seconds} s`, stdout);
      }
      await sleep(LOOK_AGAIN_MS);
    }
  }

  /** Hands it secrets, as `Join` does. */
  public join(secret: string): Promise<LabCommandResult> {
    const script = `umask 077; printf '%s\\n' "$1" >/run/join.env; timeout 60 ${BIN}/join-node /run/join.env`;
    const own = NODE_SECRETS.filter(({ roles }) => roles.includes(this.planned.role));
    return this.bash(
      script,
      own.map(({ name, purpose }) => `${name}="${hash(`${purpose}:${secret}`)}"`).join("\n"),
    );
  }

  /** What it says of itself; with a number of seconds, once it is well, or they are over. */
  public status(seconds = 0): Promise<LabCommandResult> {
    return this.bash(`timeout ${seconds + 60} ${BIN}/node-status${seconds > 0 ? ` --wait ${seconds}` : ""}`);
  }

  /** What a master says of the cluster; with a number of seconds, once that is whole, or they are over. */
  public clusterStatus(agents: number, masters: number, seconds: number): Promise<LabCommandResult> {
    return this.bash(`timeout ${seconds + 60} ${BIN}/cluster-status --wait ${seconds} ${agents} ${masters}`);
  }

  /** Services of its role that run. */
  public async services(): Promise<string[]> {
    const { stdout } = await this.bash(
      `source /opt/cdktf-mesos/lib/node.sh; source /opt/cdktf-mesos/lib/role.sh
      for unit in "\${ROLE_UNITS[@]}"; do if systemctl --quiet is-active "$unit"; then echo "$unit"; fi; done`,
    );
    return stdout.split("\n").filter((unit) => unit !== "");
  }

  /** An error about it. */
  public complaint(what: string, seen: string): Error {
    return new Error(`${this.planned.name}: ${what}, got:\n${seen}`);
  }

  /** Takes it away, with all that was out of the ordinary. */
  public async remove(): Promise<void> {
    await this.lab.hooks.deleted?.("aws_instance", { id: this.machine.id });
    await this.setCircumstances({});
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
