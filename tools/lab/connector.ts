import { ChildProcess, spawn } from "node:child_process";
import * as net from "node:net";
import { findProgram } from "../rehearsal/find-program";

/** Connects where it is told and hands the connection to its parent, unread. */
const CONNECT = `
const net = require("node:net");
process.on("message", ({ id, host, port }) => {
  const socket = net.connect({ host, port, noDelay: true }).pause();
  const fail = (error) => process.send({ id, problem: error.message });
  socket.once("error", fail).once("connect", () => {
    socket.off("error", fail);
    process.send({ id }, socket);
  });
});
process.on("disconnect", () => process.exit());
`;

/** What the connecting process says of one connection. */
interface Answer {
  readonly id: number;
  readonly problem?: string;
}

/** Opens connections inside another network. */
export class Connector {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (problem: string | undefined, socket?: net.Socket) => void>();
  private asked = 0;

  /** @param pid process id on the host of what holds the network */
  constructor(pid: number) {
    const enter = ["--target", String(pid), "--net", "--", process.execPath, "-e", CONNECT];
    this.child = spawn(findProgram("nsenter"), enter, {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: { PATH: process.env.PATH },
      detached: true,
    });
    this.child.on("message", ({ id, problem }: Answer, socket) => {
      this.waiting.get(id)?.(problem, socket as net.Socket | undefined);
      this.waiting.delete(id);
    });
    this.child.once("exit", () => {
      for (const settle of this.waiting.values()) settle("the connecting process has ended");
    });
  }

  /**
   * Opens a connection.
   *
   * @throws Error when it is refused, or nobody answers
   */
  public connect(host: string, port: number): Promise<net.Socket> {
    const id = ++this.asked;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, (problem, socket) => {
        if (socket === undefined) reject(new Error(`lab: no connection to ${host}:${port}, got ${problem}`));
        else resolve(socket);
      });
      this.child.send({ id, host, port }, (error) => {
        if (error === null) return;
        this.waiting.delete(id);
        reject(error);
      });
    });
  }

  /** Ends the connecting process; connections it opened go on. */
  public close(): void {
    this.child.kill("SIGKILL");
  }
}
