import type { Sandbox } from "./sandbox";

/**
 * What scripts do that want the same lock, in the order they do it.
 *
 * The last action of the first one ends when another one waits for the lock, or has come to its own last action, which
 * it must not: so the order does not hang on who is faster.
 */
export class Turns {
  private readonly log: string;

  constructor(private readonly sandbox: Sandbox) {
    this.log = sandbox.write("turns", "");
    sandbox.command(
      "flock",
      `PATH=\${PATH#*:}
      if flock --nonblock "$@"; then exit; fi
      ${this.noting("waits")}
      exec flock "$@"`,
    );
  }

  /** Has a command do its work and be noted by its name. */
  noted(name: string): void {
    this.sandbox.command(name, `${this.noting(name)}; PATH=\${PATH#*:}; exec ${name} "$@"`);
  }

  /** The body of a script's last action. */
  last(): string {
    return `${this.noting("begin")}
      for try in {1..1000}; do
        if grep -q waits '${this.log}' || (($(grep -c begin '${this.log}') > 1)); then break; fi
        sleep 0.01
      done
      ${this.noting("end")}`;
  }

  /** What was done; what is done several times in a row is told once. */
  taken(): string[] {
    const notes = this.sandbox.read("turns").trimEnd().split("\n");
    return notes.filter((note) => note !== "waits").filter((note, index, done) => note !== done[index - 1]);
  }

  private noting(what: string): string {
    return `echo ${what} >>'${this.log}'`;
  }
}
