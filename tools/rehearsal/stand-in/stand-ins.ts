import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { Machine } from "../machine";
import { parseRequest, Request } from "./request";

/** What a stand-in knows of the command that called it. */
export interface Call extends Request {
  /** Writes one or more lines to the command's standard output. */
  out(text: string): void;
  /** Writes one or more lines to the command's standard error. */
  err(text: string): void;
  /** Fires when the command has been killed. */
  readonly gone: AbortSignal;
}

/** What runs in the place of a program; the result is the exit code. */
export type StandIn = (call: Call) => Promise<number>;

const SUDO = path.join(__dirname, "sudo.sh");
const STUB = path.join(__dirname, "stand-in.sh");

/**
 * The programs of one machine that the rehearsal itself plays.
 *
 * In the machine each is a small script that sends its arguments here and relays the answer, so a signal kills it
 * as it would kill the program, and what it does lives on or ends with its connection.
 */
export class StandIns {
  private readonly sockets = new Set<net.Socket>();

  /**
   * Puts the programs into the machine's `/usr/local/bin`.
   *
   * @param programs by name
   */
  public static install(machine: Machine, programs: Readonly<Record<string, StandIn>>): StandIns {
    const token = randomBytes(16).toString("hex");
    const server = machine.controlListener;
    const standIns = new StandIns(token, programs);
    server.on("connection", (socket: net.Socket) => standIns.serve(socket.setNoDelay(true)));
    const { port } = server.address() as net.AddressInfo;
    const control = path.join(machine.root, "run/rehearsal");
    fs.mkdirSync(control, { mode: 0o700 });
    fs.writeFileSync(path.join(control, "control"), `${port} ${token}\n`, { mode: 0o600 });
    const bin = path.join(machine.root, "local/bin");
    for (const name of Object.keys(programs)) fs.copyFileSync(STUB, path.join(bin, name));
    fs.copyFileSync(SUDO, path.join(bin, "sudo"));
    return standIns;
  }

  private constructor(
    private readonly token: string,
    private readonly programs: Readonly<Record<string, StandIn>>,
  ) {}

  /** Cuts what runs. */
  public close(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private serve(socket: net.Socket): void {
    this.sockets.add(socket);
    const gone = new AbortController();
    socket.on("close", () => {
      this.sockets.delete(socket);
      gone.abort();
    });
    socket.on("error", () => socket.destroy());

    let received = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const request = parseRequest(received);
      if (request === undefined) return;
      socket.removeAllListeners("data").resume();
      void this.answer(socket, request, gone.signal);
    });
  }

  private async answer(socket: net.Socket, request: Request, gone: AbortSignal): Promise<void> {
    const program = this.programs[request.name];
    if (request.token !== this.token || program === undefined) return void socket.destroy();
    const write = (mark: string) => (text: string) => {
      if (socket.writable) socket.write(framed(mark, text));
    };
    const [out, err] = [write("1"), write("2")];
    try {
      const code = await program({ ...request, out, err, gone });
      if (socket.writable) socket.end(framed("x", String(code)));
    } catch (error) {
      err(`${request.name}: ${(error as Error).message}`);
      if (socket.writable) socket.end(framed("x", "1"));
    }
  }
}

/** Marks every line; a NUL, which no shell can hold, is left out. */
function framed(mark: string, text: string): string {
  return text
    .replaceAll("\0", "")
    .split("\n")
    .map((line) => `${mark}${line}\n`)
    .join("");
}
