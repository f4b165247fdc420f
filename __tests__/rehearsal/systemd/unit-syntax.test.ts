import { parseEnvironmentFile } from "../../../tools/rehearsal/systemd/environment-file";
import { interpretUnit } from "../../../tools/rehearsal/systemd/interpret-unit";
import { parseJournalctl } from "../../../tools/rehearsal/systemd/journalctl";
import { expandSpecifiers } from "../../../tools/rehearsal/systemd/specifiers";
import { parseSystemctl } from "../../../tools/rehearsal/systemd/systemctl-options";
import { parseTimeSpan } from "../../../tools/rehearsal/systemd/time-span";
import { parseUnitFile } from "../../../tools/rehearsal/systemd/unit-file";
import { parseUnitName, unescapeName } from "../../../tools/rehearsal/systemd/unit-name";
import { expandVariables, splitWords } from "../../../tools/rehearsal/systemd/words";

describe("parseUnitName", () => {
  it.each([
    ["web", { full: "web.service", prefix: "web" }],
    ["web.service", { full: "web.service", prefix: "web" }],
    ["network.target", { full: "network.target", prefix: "network" }],
    ["my.web", { full: "my.web.service", prefix: "my.web" }],
    ["task@a-1", { full: "task@a-1.service", prefix: "task", instance: "a-1", template: "task@.service" }],
    ["task@.service", { full: "task@.service", prefix: "task", instance: "", template: "task@.service" }],
    ["t@a@b", { full: "t@a@b.service", prefix: "t", instance: "a@b", template: "t@.service" }],
  ])("%s", (text, name) => {
    expect(parseUnitName(text)).toEqual(name);
  });

  it("undoes systemd's escaping", () => {
    expect(unescapeName("var-lib-a\\x2db")).toBe("var/lib/a-b");
  });
});

describe("expandSpecifiers", () => {
  const name = parseUnitName("task@a-b");

  it.each([
    ["%i", "a-b"],
    ["%I", "a/b"],
    ["%n %N %p", "task@a-b.service task@a-b task"],
    ["%H:%t:100%%", "host:/run:100%"],
    ["none", "none"],
  ])("%s is %s", (text, expected) => {
    expect(expandSpecifiers(text, name, "host")).toBe(expected);
  });

  it.each(["%z", "100%"])("fails for %s", (text) => {
    expect(() => expandSpecifiers(text, name, "host")).toThrow(
      /^specifier "%z?" is not known to the rehearsal's systemd$/,
    );
  });
});

describe("splitWords", () => {
  it.each([
    ["a  b\tc", ["a", "b", "c"]],
    [`"a b" 'c d'`, ["a b", "c d"]],
    [`a"b c"d`, ["ab cd"]],
    [`"" ''`, ["", ""]],
    [`a\\x20b \\t \\\\ \\"`, ["a b", "\t", "\\", '"']],
    [`'a "b"' "it's"`, ['a "b"', "it's"]],
    ["", []],
  ])("%j", (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it.each([
    [`"open`, `quote " is not closed in "\\"open"`],
    ["\\q", 'escape "\\\\q" does not exist'],
    ["end\\", 'escape "\\\\" does not exist'],
  ])("fails for %j", (text, message) => {
    expect(() => splitWords(text)).toThrow(message);
  });
});

describe("expandVariables", () => {
  const env = { A: "one two", B: "x", EMPTY: "" };

  it.each([
    [
      ["$A", "${A}"],
      ["one", "two", "one two"],
    ],
    [
      ["-b=${B}${NONE}c", "pre$B"],
      ["-b=xc", "pre$B"],
    ],
    [["$EMPTY", "${EMPTY}", "$NONE"], [""]],
    [
      ["$$A", "cost$$"],
      ["$A", "cost$"],
    ],
  ])("%j", (words, expected) => {
    expect(expandVariables(words, env)).toEqual(expected);
  });
});

describe("parseTimeSpan", () => {
  it.each([
    ["10", 10],
    ["1min 30s", 90],
    ["500ms", 0.5],
    ["2h", 7200],
    ["1.5", 1.5],
    ["infinity", Infinity],
    ["0", 0],
  ])("%s is %d s", (text, seconds) => {
    expect(parseTimeSpan(text)).toBe(seconds);
  });

  it.each([
    ["soon", '"soon" is no time span'],
    ["", '"" is no time span'],
    ["-1", '"-1" is no time span'],
    ["5 parsec", '"parsec" is no unit of time'],
  ])("fails for %j", (text, message) => {
    expect(() => parseTimeSpan(text)).toThrow(message);
  });
});

describe("parseEnvironmentFile", () => {
  it("reads assignments, quotes, comments and continued lines", () => {
    const text = [
      "# comment",
      "; comment",
      "PLAIN=a b ",
      "  SPACED = x",
      "SINGLE='a \"b\" $c \\n'",
      'DOUBLE="a \\"b\\" \\$c \\n"',
      "ESCAPED=a\\ b\\\\c",
      "LONG=one\\",
      "two",
      "EMPTY=",
      "no assignment",
      "1BAD=x",
    ].join("\n");

    expect(parseEnvironmentFile(text)).toEqual({
      PLAIN: "a b",
      SPACED: "x",
      SINGLE: 'a "b" $c \\n',
      DOUBLE: 'a "b" $c \\n',
      ESCAPED: "a b\\c",
      LONG: "onetwo",
      EMPTY: "",
    });
  });
});

describe("parseUnitFile", () => {
  it("reads sections, assignments, comments and continued lines", () => {
    const text =
      "# c\n[Unit]\nDescription = a = b\n\n; c\n[Service]\nExecStart=/bin/x \\\n# between\n  y\nRestart=\n";

    expect(parseUnitFile(text, "f")).toEqual([
      { section: "Unit", key: "Description", value: "a = b", place: "f:3" },
      { section: "Service", key: "ExecStart", value: "/bin/x y", place: "f:7" },
      { section: "Service", key: "Restart", value: "", place: "f:10" },
    ]);
  });

  it.each([
    ["[Unit]\nnonsense\n", 'f:2: "nonsense" is no assignment'],
    ["Description=x\n", "f:1: Description stands before any section"],
  ])("fails for %j", (text, message) => {
    expect(() => parseUnitFile(text, "f")).toThrow(message);
  });
});

describe("interpretUnit", () => {
  const interpret = (text: string, name = "task@web") =>
    interpretUnit(parseUnitFile(text, "f"), parseUnitName(name), "host");
  const service = (lines: string) => interpret(`[Service]\nExecStart=/bin/true\n${lines}`);

  it("understands the unit of a task", () => {
    const definition = interpret(
      "[Unit]\nDescription=Mesos task %i\nAfter=network-online.target\nWants=network-online.target\nStartLimitIntervalSec=0\n" +
        "[Service]\nEnvironment=LIBPROCESS_IP=10.0.0.4\nEnvironmentFile=-/etc/%p/%i.env\nExecStartPre=-/bin/pre\n" +
        "ExecStart=/opt/run %i\nRestart=always\nRestartSec=10\nKillMode=control-group\nTimeoutStopSec=30\n" +
        "SyslogIdentifier=task-%i\nWorkingDirectory=/var/%i\nSuccessExitStatus=143 SIGTERM\n[Install]\nWantedBy=multi-user.target\n".replace(
          " SIGTERM",
          "",
        ),
    );

    expect(definition).toMatchObject({
      description: "Mesos task web",
      type: "simple",
      environment: { LIBPROCESS_IP: "10.0.0.4" },
      environmentFiles: [{ path: "/etc/task/web.env", optional: true }],
      workingDirectory: "/var/web",
      restart: "always",
      restartSec: 10,
      startLimitIntervalSec: 0,
      timeoutStopSec: 30,
      successExitStatus: [143],
      wants: ["network-online.target"],
      wantedBy: ["multi-user.target"],
    });
    expect(definition.commands.ExecStartPre).toEqual([{ words: ["/bin/pre"], mayFail: true }]);
    expect(definition.commands.ExecStart).toEqual([{ words: ["/opt/run", "web"], mayFail: false }]);
  });

  it("takes back what was set before, with an empty value", () => {
    const definition = service(
      "Environment=A=1\nEnvironment=\nEnvironment=B=2\nExecStart=\nExecStart=/bin/false",
    );

    expect(definition.environment).toEqual({ B: "2" });
    expect(definition.commands.ExecStart).toEqual([{ words: ["/bin/false"], mayFail: false }]);
  });

  it.each([
    ["Frobnicate=1", "f:3: the rehearsal's systemd does not know Frobnicate in section [Service]"],
    [
      "Restart=sometimes",
      'f:3: Restart: must be one of no, always, on-success, on-failure, on-abnormal, on-abort in the rehearsal, got "sometimes"',
    ],
    ["Type=notify", 'f:3: Type: must be one of simple, exec, oneshot in the rehearsal, got "notify"'],
    ["KillMode=process", 'f:3: KillMode: must be one of control-group in the rehearsal, got "process"'],
    ["User=mesos", 'f:3: User: must be one of root in the rehearsal, got "mesos"'],
    ["RestartSec=soon", 'f:3: RestartSec: "soon" is no time span'],
    ["RemainAfterExit=maybe", 'f:3: RemainAfterExit: must be yes or no, got "maybe"'],
    ["KillSignal=TERM", 'f:3: KillSignal: must be a signal, got "TERM"'],
    ["SuccessExitStatus=x", 'f:3: SuccessExitStatus: must be a number, got "x"'],
    ["Environment=novalue", 'f:3: Environment: "novalue" is no assignment'],
    ["EnvironmentFile=relative", 'f:3: EnvironmentFile: "relative" must be absolute'],
    [
      "ExecStop=+/bin/x",
      'f:3: ExecStop: only the prefix "-" of a command is known to the rehearsal, got "+/bin/x"',
    ],
    [
      "ExecStop=/bin/x ; /bin/y",
      'f:3: ExecStop: several commands in one line are not known to the rehearsal, got "/bin/x ; /bin/y"',
    ],
    ["ExecStop=-", 'f:3: ExecStop: a command is missing in "-"'],
    ["ExecStart=/bin/b", "task@web.service: more than one ExecStart needs Type=oneshot"],
    ["Type=oneshot\nRestart=always", "task@web.service: Restart=always is not allowed with Type=oneshot"],
    ["ExecStart=", "task@web.service: ExecStart is missing"],
  ])("fails for %j", (lines, message) => {
    expect(() => service(lines)).toThrow(message);
  });
});

describe("parseSystemctl", () => {
  it.each([
    [["enable", "--now", "a", "b"], { verb: "enable", units: ["a", "b"], now: true }],
    [["--quiet", "is-active", "a"], { verb: "is-active", quiet: true }],
    [
      ["show", "a", "-p", "A,B", "-pC", "--property=D", "--value"],
      { properties: ["A", "B", "C", "D"], valueOnly: true },
    ],
    [["status", "-n", "3", "--no-pager", "-l", "a"], { verb: "status", units: ["a"], lines: 3 }],
  ])("%j", (args, expected) => {
    expect(parseSystemctl(args)).toMatchObject(expected);
  });

  it("fails for an option without its value", () => {
    expect(() => parseSystemctl(["show", "a", "-p"])).toThrow('option "-p" needs a value, got none');
  });
});

describe("parseJournalctl", () => {
  it.each([
    [["-u", "a", "-n", "5", "--no-pager", "-o", "cat"], { units: ["a.service"], lines: 5, output: "cat" }],
    [
      ["--unit=a.service", "-ub", "--lines=all", "-q"],
      { units: ["a.service", "b.service"], lines: Infinity, quiet: true },
    ],
  ])("%j", (args, expected) => {
    expect(parseJournalctl(args)).toMatchObject(expected);
  });

  it.each([
    [["--since=today"], 'the rehearsal\'s journalctl does not know "--since=today"'],
    [["-o", "json"], 'the rehearsal\'s journalctl does not know output "json"'],
    [["-n", "many"], '--lines must be a number or all, got "many"'],
  ])("fails for %j", (args, message) => {
    expect(() => parseJournalctl(args)).toThrow(message);
  });
});
