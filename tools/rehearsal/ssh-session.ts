import * as os from "node:os";
import { ServerChannel, Session } from "ssh2";
import { Login } from "./authorized-keys";
import { Machine } from "./machine";
import { MachineCommand, Outcome } from "./machine-command";

/**
 * Serves one session of a connection: variables, a terminal that is granted but not made, and one command.
 *
 * A command goes on when its client goes away, as under sshd without a terminal.
 */
export function serveSession(session: Session, machine: Machine, { user, home }: Login): void {
  const env: Record<string, string> = { HOME: home, USER: user, LOGNAME: user, SHELL: "/bin/bash" };
  let command: MachineCommand | undefined;
  const run = (channel: ServerChannel, argv: string[]) => {
    if (!machine.running) return void channel.close();
    command = machine.start(argv, { env, cwd: home });
    relay(command, channel);
  };

  session.on("env", (accept, _reject, { key, val }) => {
    env[key] = val;
    (accept as (() => void) | undefined)?.();
  });
  session.on("pty", (accept) => (accept as (() => void) | undefined)?.());
  session.on("window-change", (accept) => (accept as (() => void) | undefined)?.());
  session.on("signal", (accept, _reject, { name }) => {
    const signal = `SIG${name}`;
    if (signal in os.constants.signals) command?.signal(signal as NodeJS.Signals);
    (accept as (() => void) | undefined)?.();
  });
  session.on("exec", (accept, _reject, info) => run(accept(), ["/bin/bash", "-c", info.command]));
  session.on("shell", (accept) => run(accept(), ["/bin/bash", "-l"]));
}

function relay(command: MachineCommand, channel: ServerChannel): void {
  const { stdin, stdout, stderr } = command.child;
  channel.pipe(stdin);
  stdout.pipe(channel, { end: false });
  stderr.pipe(channel.stderr, { end: false });
  channel.on("error", () => undefined);
  channel.on("close", () => {
    // read on what nobody wants any more, or the command would block on a full pipe
    stdout.unpipe(channel).resume();
    stderr.unpipe(channel.stderr).resume();
    stdin.end();
  });
  command.drained.then(
    (outcome) => finish(channel, outcome),
    () => channel.close(),
  );
}

function finish(channel: ServerChannel, { code, signal }: Outcome): void {
  if (!channel.writable) return;
  if (signal === undefined) channel.exit(code ?? 0);
  else channel.exit(signal.replace(/^SIG/, ""), false, "");
  channel.end();
}
