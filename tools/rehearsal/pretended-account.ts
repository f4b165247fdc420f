import type { CloudHooks } from "../testing";
import type { MachineSummary } from "./loopback-cloud";

/** An account whose instances are machines of this host. */
export interface PretendedAccount {
  /** What the test provider calls when something is created, changed or removed. */
  readonly hooks: CloudHooks;
  /** The port at which every machine's SSH server answers: `TF_VAR_ssh_port`. */
  readonly sshPort: number;
  /** The key that opens every machine; readable by its owner only. */
  readonly privateKeyFile: string;
  /** Its public half, as one line of `authorized_keys`. */
  readonly publicKey: string;
  /** The machines that run now. */
  machines(): MachineSummary[];
  /** Takes the power away from every machine and removes what they had; the keys stay. */
  close(): Promise<void>;
}
