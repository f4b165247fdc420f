import { randomUUID } from "node:crypto";
import { detectLeader } from "../../zookeeper/leader-detector";
import { parseZkUrl } from "../../zookeeper/zk-url";
import type { Credential } from "../../wire/basic-auth";
import { LineStream, post, postForLines } from "../../wire/json-lines";
import { proveAgent } from "../agent-proof";
import { AGENT_PATHS, AgentUpdate, Registration, ToAgent } from "../messages";
import { log } from "../program";

/** How long an agent waits before it tries to register again, in milliseconds. */
const RETRY_MS = 1000;

/** What an agent does with its connection to the leader. */
export interface MasterLinkOptions {
  /** `--master`. */
  readonly master: string;
  readonly credential?: Credential;
  /** What it registers with now. */
  registration(): Omit<Registration, "proof">;
  hear(message: ToAgent): void;
  failed(error: Error): void;
}

/** An agent's connection to the leading master, made anew whenever it breaks or another master leads. */
export class MasterLink {
  private leader?: { host: string; port: number };
  private stream?: LineStream;
  private readonly waiting: Omit<AgentUpdate, "agent">[] = [];
  private agent = "";
  private sending = false;

  constructor(private readonly options: MasterLinkOptions) {
    const { master, failed } = options;
    if (!master.startsWith("zk://")) {
      const [host = "", port] = master.replace(/^master@/, "").split(":");
      this.turnTo({ host, port: Number(port) });
      return;
    }
    detectLeader(
      parseZkUrl(master),
      (info) => this.turnTo(info && { host: info.address.ip, port: info.address.port }),
      failed,
    );
  }

  /** Host of the master it is registered with. */
  public get master(): string | undefined {
    return this.agent === "" ? undefined : this.leader?.host;
  }

  /** Tells the leader how a task is, in order, and until it has heard it. */
  public update(update: Omit<AgentUpdate, "agent">): void {
    this.waiting.push(update);
    void this.flush();
  }

  private turnTo(leader: { host: string; port: number } | undefined): void {
    this.leader = leader;
    this.stream?.close();
    this.stream = undefined;
    if (leader === undefined) return log("I", "slave.cpp:1231", "Lost leading master");
    log("I", "slave.cpp:1126", `New master detected at master@${leader.host}:${leader.port}`);
    this.register();
  }

  private register(): void {
    const { leader, options } = this;
    if (leader === undefined || this.stream !== undefined) return;
    const { credential } = options;
    const proof = credential && proveAgent(credential, randomUUID());
    const again = (why: string) => {
      log("W", "slave.cpp:1500", why);
      this.stream = undefined;
      this.agent = "";
      setTimeout(() => this.register(), RETRY_MS);
    };
    const registration: Registration = { ...options.registration(), proof };
    this.stream = postForLines<ToAgent>(leader, AGENT_PATHS.register, registration, {
      message: (message) => this.hear(message),
      refused: ({ line, body }) => again(`Master refused the registration: ${line} ${body}`),
      closed: () => again("Master disconnected"),
    });
  }

  private hear(message: ToAgent): void {
    const { address, port } = this.options.registration();
    if (message.kind === "ping") return void this.send(AGENT_PATHS.pong, { machine: `${address}:${port}` });
    if (message.kind === "registered") this.agent = message.id;
    this.options.hear(message);
    void this.flush();
  }

  private async flush(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    while (this.waiting.length > 0 && this.agent !== "") {
      const [first] = this.waiting;
      const status = await this.send(AGENT_PATHS.update, { ...first, agent: this.agent });
      if (status === 202) this.waiting.shift();
      else await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    this.sending = false;
  }

  private async send(path: string, body: unknown): Promise<number | undefined> {
    if (this.leader === undefined) return undefined;
    const answer = await post(this.leader, path, body).catch(() => undefined);
    return answer?.status;
  }
}
