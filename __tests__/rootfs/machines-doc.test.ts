import { readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { rootfsFiles } from "../../lib/machine/rootfs";
import { PORT_RULES } from "../../lib/mesos/ports";
import { shipped } from "./sandbox";

const DOC = readFileSync(join(__dirname, "../../docs/machines.md"), "utf8");

const roles = ["common", "master", "agent"].map((role) => shipped(`machine/rootfs/${role}`));
const files = roles.flatMap((directory) => rootfsFiles(directory));

describe("docs/machines.md", () => {
  it("has a row for each script and unit, and names every other file that is shipped", () => {
    const unnamed = files
      .map(({ path }) =>
        path.includes("/opt/cdktf-mesos/") || path.includes("/systemd/") ? basename(path) : path,
      )
      .filter((name) => !DOC.includes(`\`${name}\``));

    expect(unnamed).toEqual([]);
  });

  it("names every secret", () => {
    const scripts = files.map(({ content }) => content).join("\n");
    const names = [...scripts.matchAll(/^ {2}secret ([a-z.-]+) /gm)].map(([, name]) => name);

    expect(names).toHaveLength(11);
    expect(names.filter((name) => !DOC.includes(`| \`${name}\` |`))).toEqual([]);
  });

  it("names every port another machine may use", () => {
    const rows = DOC.slice(DOC.indexOf("## Ports"));
    const ports = PORT_RULES.flatMap(({ ports: range }) => range ?? []);

    expect(ports.filter((port) => !rows.includes(String(port)))).toEqual([]);
    expect(rows).toContain("ESP");
  });
});
