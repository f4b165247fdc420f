import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { rootfsFiles } from "../../lib/machine/rootfs";

describe("rootfsFiles", () => {
  let directory: string;

  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "cdktf-mesos-rootfs-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  function write(path: string, content: string): void {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), content, { mode: 0o600 });
  }

  it("gives each file its path on the machine, sorted, byte for byte", () => {
    write("opt/cdktf-mesos/lib/wait.sh", 'echo "${1:?} é"\n');
    write("etc/a.conf", "");
    write("opt/cdktf-mesos/bin/boot", "exit\n");

    expect(rootfsFiles(directory)).toEqual([
      { path: "/etc/a.conf", mode: "0644", content: "" },
      { path: "/opt/cdktf-mesos/bin/boot", mode: "0755", content: "exit\n" },
      { path: "/opt/cdktf-mesos/lib/wait.sh", mode: "0644", content: 'echo "${1:?} é"\n' },
    ]);
  });

  it("makes executable only what lies right in a directory bin", () => {
    for (const path of ["bin/a", "sbin/b", "bin/lib/c", "bin2/d", "x/bin/e"]) write(path, "");

    const executable = rootfsFiles(directory).filter(({ mode }) => mode === "0755");

    expect(executable.map(({ path }) => path)).toEqual(["/bin/a", "/x/bin/e"]);
  });
});
