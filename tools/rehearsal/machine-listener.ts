import { spawn } from "node:child_process";
import * as net from "node:net";
import { findProgram } from "./find-program";
import type { NamespaceMode } from "./namespace";

/** Listens at the ports it is given and hands each listener to its parent, which then is the only one to accept. */
const LISTEN = `
const net = require("node:net");
const ports = process.argv.slice(1).map(Number);
const next = () => {
  if (ports.length === 0) return;
  const server = net.createServer();
  server.on("error", (error) => process.send(error.message));
  server.listen(ports.shift(), "0.0.0.0", () => process.send("", server, {}, next));
};
next();
`;

/**
 * Listens inside a machine's network, for this process: it accepts there without a process of its own in between.
 *
 * @param pid process id on the host of what holds the machine's network
 * @param ports at every address of the machine; 0 stands for one that is free
 * @returns a listener for each port, in their order
 * @throws Error when a port cannot be had
 */
export function listenInside(
  pid: number,
  mode: Pick<NamespaceMode, "network">,
  ports: readonly number[],
): Promise<net.Server[]> {
  const enter = ["--target", String(pid), ...mode.network, "--", process.execPath, "-e", LISTEN, "--"];
  const child = spawn(findProgram("nsenter"), [...enter, ...ports.map(String)], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: { PATH: process.env.PATH },
    detached: true,
  });
  const listeners: net.Server[] = [];
  let complained = "";
  child.stderr?.on("data", (chunk: Buffer) => (complained += chunk.toString()));
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      for (const listener of listeners) listener.close();
      reject(new Error(`rehearsal: could not listen at ports ${ports.join(", ")} of a machine, got ${why}`));
    };
    child.once("error", (error) => fail(error.message));
    child.once("exit", () => {
      if (listeners.length < ports.length) fail(JSON.stringify(complained.trim()));
      else resolve(listeners);
    });
    child.on("message", (problem: string, listener) => {
      if (problem !== "") complained = problem;
      else listeners.push(listener as net.Server);
      // as long as it lives it would accept too
      if (problem !== "" || listeners.length === ports.length) child.kill("SIGKILL");
    });
  });
}
