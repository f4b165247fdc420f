import { execFile, spawn, ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { makeKeyPair } from "../../tools/rehearsal/key-pair";

/** What a finished client left. */
export interface ClientResult {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real `ssh` and `scp`, without anybody's configuration. */
export class SshClient {
  public readonly privateKeyFile: string;
  public readonly publicKey: string;

  constructor(
    private readonly directory: string,
    private readonly port: number,
    private readonly host = "127.0.0.1",
  ) {
    const pair = makeKeyPair("test");
    this.privateKeyFile = path.join(directory, "id_ed25519");
    this.publicKey = pair.public;
    fs.writeFileSync(this.privateKeyFile, pair.private, { mode: 0o600 });
  }

  /** Runs `ssh … host command`. */
  public ssh(
    command: string,
    options: { args?: string[]; user?: string; input?: string } = {},
  ): Promise<ClientResult> {
    const target = `${options.user ?? "ubuntu"}@${this.host}`;
    return run(
      "ssh",
      ["-p", String(this.port), ...this.options(), ...(options.args ?? []), target, command],
      options.input,
    );
  }

  /** Starts `ssh … host command` and does not wait for it. */
  public start(command: string): ChildProcess {
    return spawn("ssh", ["-p", String(this.port), ...this.options(), `ubuntu@${this.host}`, command]);
  }

  /** Runs `scp` with the protocol Terraform speaks; `remote:` in an argument stands for the machine. */
  public scp(...args: string[]): Promise<ClientResult> {
    const named = args.map((arg) => arg.replace(/^remote:/, `ubuntu@${this.host}:`));
    return run("scp", ["-O", "-P", String(this.port), ...this.options(), ...named]);
  }

  private options(): string[] {
    const settings = [
      "BatchMode=yes",
      "IdentitiesOnly=yes",
      "IdentityAgent=none",
      "StrictHostKeyChecking=accept-new",
      `UserKnownHostsFile=${path.join(this.directory, "known_hosts")}`,
      "LogLevel=ERROR",
      "ConnectTimeout=10",
    ];
    return ["-F", "none", "-i", this.privateKeyFile, ...settings.flatMap((setting) => ["-o", setting])];
  }
}

/** A listener on a free port of 127.0.0.1 that hands each connection over. */
export async function listenOnLoopback(
  accept: (socket: net.Socket) => void,
): Promise<{ port: number; server: net.Server }> {
  const server = net.createServer({ noDelay: true }, accept);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as net.AddressInfo).port, server };
}

function run(program: string, args: string[], input = ""): Promise<ClientResult> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { timeout: 20_000, maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? null), stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}
