import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { Machine } from "../../../tools/rehearsal/machine";
import { parseRequest } from "../../../tools/rehearsal/stand-in/request";
import { Call, StandIns } from "../../../tools/rehearsal/stand-in/stand-ins";
import { bootTestMachine, expectEventually } from "../support";

describe("StandIns", () => {
  let machine: Machine;
  let powerOff: () => Promise<void>;
  let standIns: StandIns;
  const ended: string[] = [];

  beforeAll(async () => {
    ({ machine, powerOff } = await bootTestMachine());
    const echo = async ({ args, cwd, out, err }: Call) => {
      out(JSON.stringify({ args, cwd }));
      err("one\n\ntwo");
      return 42;
    };
    const hang = async ({ out, gone }: Call) => {
      out("up");
      await once(gone, "abort");
      ended.push("hang");
      return 0;
    };
    const fails = () => Promise.reject(new Error("out of order"));
    standIns = StandIns.install(machine, { echo, hang, fails });
  });
  afterAll(async () => {
    standIns.close();
    await powerOff();
  });

  it("passes arguments, directory, both outputs and the exit code, byte for byte", async () => {
    const args = ["", "a b", "new\nline", "ünï", "$x `y` 'z' \"", "-n", "\\"];

    const result = await machine.run(["/usr/local/bin/echo", ...args], { cwd: "/opt" });

    expect(result).toMatchObject({ code: 42, stderr: "one\n\ntwo\n" });
    expect(JSON.parse(result.stdout)).toEqual({ args, cwd: "/opt" });
  });

  it("tells the program's own trouble", async () => {
    expect(await machine.run(["fails"])).toEqual({ code: 1, stdout: "", stderr: "fails: out of order\n" });
  });

  it("notices when the command is killed", async () => {
    const command = machine.start(["hang"]);
    await once(command.child.stdout, "data");

    command.signal("SIGTERM");

    expect(await command.exited).toEqual({ signal: "SIGTERM" });
    await expectEventually(() => ended.includes("hang"));
  });

  it("answers nobody without the machine's token", async () => {
    const control = path.join(machine.root, "run/rehearsal/control");
    const [port] = fs.readFileSync(control, "utf8").split(" ");
    expect(fs.statSync(control).mode & 0o777).toBe(0o600);

    const script = `exec 3<>/dev/tcp/127.0.0.1/${port}; printf '%s\\0' guess echo 1 / 0 >&3; cat <&3`;

    expect(await machine.run(["bash", "-c", script])).toMatchObject({ stdout: "" });
  });

  it.each([
    ["sudo -n -E -u root bash -c 'echo $0 \"$1\"' a 'b c'", 0, "a b c\n", ""],
    ["sudo A=1 printenv A", 0, "1\n", ""],
    ["sudo -- false", 1, "", ""],
    ["sudo -k true", 1, "", "sudo: the rehearsal's stand-in does not know option '-k'\n"],
  ])("%s", async (script, code, stdout, stderr) => {
    expect(await machine.run(["bash", "-c", script])).toEqual({ code, stdout, stderr });
  });
});

describe("parseRequest", () => {
  const bytes = (...fields: string[]) => Buffer.from(fields.map((field) => `${field}\0`).join(""));

  it.each([
    [
      "arguments",
      bytes("t", "n", "7", "/", "2", "a", ""),
      { token: "t", name: "n", pid: 7, cwd: "/", args: ["a", ""] },
    ],
    ["no arguments", bytes("t", "n", "7", "/", "0"), { token: "t", name: "n", pid: 7, cwd: "/", args: [] }],
    ["an argument that is missing", bytes("t", "n", "7", "/", "2", "a"), undefined],
    [
      "an argument that is not complete",
      Buffer.concat([bytes("t", "n", "7", "/", "1"), Buffer.from("a")]),
      undefined,
    ],
    ["nothing", Buffer.alloc(0), undefined],
  ])("%s", (_, received, request) => {
    expect(parseRequest(received)).toEqual(request);
  });
});
