import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { AuthContext, Connection, PublicKeyAuthContext, Server, ServerChannel } from "ssh2";
import { authorizedKey, Login, loginOf } from "./authorized-keys";
import { makeKeyPair } from "./key-pair";
import { Machine } from "./machine";
import { serveSession } from "./ssh-session";

const HOST_KEY = "etc/ssh/ssh_host_ed25519_key";

/**
 * The SSH server of one machine: public key login, commands, scp, forwarding to other machines.
 *
 * It does not listen; connections are handed to it, so that an address can move from one machine to another.
 */
export class SshServer {
  /** The machine's public host key, in the form of a `known_hosts` entry without the host. */
  public readonly hostKey: string;
  private readonly server: Server;
  private readonly sockets = new Set<net.Socket>();

  /** @param machine where commands run; its host key is made at the first start and kept in its `/etc/ssh` */
  constructor(private readonly machine: Machine) {
    const key = hostKeyOf(machine.root);
    this.hostKey = key.public;
    this.server = new Server({ hostKeys: [key.private] }, (connection) => this.serve(connection));
  }

  /**
   * Serves one connection.
   *
   * @param socket must have been accepted without delay (`noDelay`), else each handshake takes 0.2 s
   */
  public accept(socket: net.Socket): void {
    this.sockets.add(socket);
    socket.once("close", () => this.sockets.delete(socket));
    this.server.injectSocket(socket);
  }

  /** Cuts every connection. */
  public close(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private serve(connection: Connection): void {
    let login: Login | undefined;
    // a client that goes away in the middle is no error of the machine
    connection.on("error", () => undefined);
    connection.on("authentication", (context) => {
      login = this.authenticate(context);
      if (login) context.accept();
      else context.reject(["publickey"]);
    });
    connection.on("session", (accept) => {
      if (login) serveSession(accept(), this.machine, login);
    });
    connection.on("tcpip", (accept, reject, { destIP, destPort }) => {
      if (login) forward(accept, reject, destIP, destPort);
    });
  }

  private authenticate(context: AuthContext): Login | undefined {
    if (context.method !== "publickey") return undefined;
    const login = loginOf(
      fs.readFileSync(path.join(this.machine.root, "etc/passwd"), "utf8"),
      context.username,
    );
    return login && this.isAuthorized(login, context) ? login : undefined;
  }

  private isAuthorized({ home }: Login, { key, blob, signature, hashAlgo }: PublicKeyAuthContext): boolean {
    const file = path.join(this.machine.root, home, ".ssh/authorized_keys");
    const known = fs.existsSync(file) && authorizedKey(fs.readFileSync(file, "utf8"), key.data);
    if (!known) return false;
    // without a signature the client only asks whether the key would do
    if (blob === undefined || signature === undefined) return true;
    return known.verify(blob, signature, hashAlgo) === true;
  }
}

/** Leads on to another machine, as a bastion does. Machines share the host's network, so this process may connect for them. */
function forward(accept: () => ServerChannel, reject: () => void, host: string, port: number): void {
  const socket = net.connect({ host, port, noDelay: true });
  socket.once("error", reject).once("connect", () => {
    socket.off("error", reject).on("error", () => socket.destroy());
    const channel = accept();
    channel.on("error", () => socket.destroy()).on("close", () => socket.destroy());
    socket.pipe(channel).pipe(socket);
  });
}

function hostKeyOf(root: string): { private: string; public: string } {
  const file = path.join(root, HOST_KEY);
  if (!fs.existsSync(file)) {
    const made = makeKeyPair("");
    fs.writeFileSync(file, made.private, { mode: 0o600 });
    fs.writeFileSync(`${file}.pub`, `${made.public}\n`);
  }
  return { private: fs.readFileSync(file, "utf8"), public: fs.readFileSync(`${file}.pub`, "utf8").trim() };
}
