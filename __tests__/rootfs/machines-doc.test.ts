import { readFileSync } from "node:fs";
import { join } from "node:path";

import { rootfsFiles } from "../../lib/machine/rootfs";
import { PORT_RULES, type Role } from "../../lib/mesos/ports";
import { FILE_CASES, NOT_TAKEN } from "../../tools/drills/node-files/file-cases";
import { shipped } from "./sandbox";

const DOC = readFileSync(join(__dirname, "../../docs/machines.md"), "utf8");

/** Tables of files, by their heads, and the folder their names are in. */
const TABLES = {
  "| file | on | why |": "",
  "| script | on | run by | |": "/opt/cdktf-mesos/bin/",
  "| library | on | |": "/opt/cdktf-mesos/lib/",
  "| file | on | what reads it |": "/etc/cdktf-mesos/secrets/",
  "| unit | on | process | starts after |": "/etc/systemd/system/",
};

/** Named there, and not on every machine, or not ours. */
const ELSEWHERE = ["/dev/null", "/usr/local/bin/mesos-dns", "/etc/systemd/system/docker.service"];

const LETTERS = { master: "M", agent: "A" } as const;
const ROLES = Object.keys(LETTERS) as (keyof typeof LETTERS)[];

/** Cells of each row of the table with this head. */
function rows(head: string): string[][] {
  const [, table = ""] = DOC.split(`\n${head}\n`);
  const [text = ""] = table.split("\n\n");
  const [, ...lines] = text.split("\n");
  return lines.map((line) => line.split("|").map((cell) => cell.trim()));
}

/** What the tables say is on machines of a role; a star stands for any part of a name. */
function told(role: keyof typeof LETTERS): string[] {
  return Object.entries(TABLES).flatMap(([head, folder]) =>
    rows(head)
      .filter(([, , on]) => on?.split(" ").includes(LETTERS[role]))
      .flatMap(([, names = ""]) => [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => `${folder}${name}`))
      .filter((path) => !ELSEWHERE.includes(path)),
  );
}

/** What is on a machine of a role: what user-data brings, and what `npm run lab -- files` finds there besides. */
function files(role: keyof typeof LETTERS): string[] {
  const brought = ["common", role].flatMap((part) => rootfsFiles(shipped(`machine/rootfs/${part}`)));
  const found = [...FILE_CASES[role].map(({ file }) => file), ...Object.keys(NOT_TAKEN[role])];
  return [...brought.map(({ path }) => path), ...found];
}

function matches(path: string, name: string): boolean {
  const pattern = name.replace(/[.]/g, "\\.").replace(/\*/g, "[^/]+");
  return new RegExp(`^${pattern}$`).test(path);
}

describe("docs/machines.md", () => {
  test.each(ROLES)("has a row for each file on a machine: %s", (role) => {
    const names = told(role);

    expect(files(role).filter((path) => !names.some((name) => matches(path, name)))).toEqual([]);
  });

  test.each(ROLES)("has no row for a file that is not there: %s", (role) => {
    const paths = files(role);

    expect(told(role).filter((name) => !paths.some((path) => matches(path, name)))).toEqual([]);
  });

  test.each(PORT_RULES.map((rule) => [rule.id, rule.to, rule] as const))(
    "says who connects to %s of %s",
    (_, to, { protocol, ports, from }) => {
      const signs = ports === undefined ? ["ESP"] : [...ports.map(String), protocol];
      const [row, ...others] = rows("| port | on | who connects | |").filter(
        ([, port = "", on, who]) =>
          signs.every((sign) => port.includes(sign)) &&
          on?.split(" ").includes(letter(to)) &&
          who !== "the machine itself, on 127.0.0.1",
      );

      expect(others).toEqual([]);
      expect(row?.[3]?.split(", ")).toEqual(from);
    },
  );
});

function letter(role: Role): string {
  return role === "masters" ? "M" : "A";
}
