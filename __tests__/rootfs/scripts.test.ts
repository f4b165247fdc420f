import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { testWith } from "./test-with";

const REPOSITORY = join(__dirname, "../..");

const files = readdirSync(join(REPOSITORY, "lib"), { recursive: true, encoding: "utf8" }).map(
  (path) => `lib/${path}`,
);
const commands = files.filter((path) => /\/bin\/[^/]+$/.test(path)).sort();
const libraries = files.filter((path) => path.endsWith(".sh")).sort();
const scripts = [...commands, ...libraries];

function content(path: string): string {
  return readFileSync(join(REPOSITORY, path), "utf8");
}

function run(command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: REPOSITORY, encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}

describe("scripts", () => {
  it("are these", () => {
    expect(scripts).toEqual([
      "lib/app/preflight/bin/check-private-key",
      "lib/machine/rootfs/agent/opt/cdktf-mesos/bin/prepare-agent",
      "lib/machine/rootfs/common/opt/cdktf-mesos/bin/boot-node",
      "lib/machine/rootfs/common/opt/cdktf-mesos/bin/check-image",
      "lib/machine/rootfs/common/opt/cdktf-mesos/bin/configure-node",
      "lib/machine/rootfs/common/opt/cdktf-mesos/bin/forget-identity",
      "lib/machine/rootfs/common/opt/cdktf-mesos/bin/install-node",
      "lib/machine/rootfs/common/opt/cdktf-mesos/bin/join-node",
      "lib/machine/rootfs/common/opt/cdktf-mesos/bin/node-status",
      "lib/machine/rootfs/common/opt/cdktf-mesos/bin/node-weave",
      "lib/machine/rootfs/master/opt/cdktf-mesos/bin/check-ensemble",
      "lib/machine/rootfs/master/opt/cdktf-mesos/bin/cluster-status",
      "lib/machine/rootfs/master/opt/cdktf-mesos/bin/create-zookeeper-root",
      "lib/mesos/launcher/bin/drain-agent",
      "lib/mesos/launcher/bin/if-leading",
      "lib/mesos/launcher/bin/install-launcher",
      "lib/mesos/launcher/bin/install-service",
      "lib/mesos/launcher/bin/run-task",
      "lib/mesos/launcher/bin/status",
      "lib/mesos/launcher/bin/stop-service",
      "lib/mesos/launcher/bin/stop-task",
      "lib/mesos/launcher/bin/tell-status",
      "lib/mesos/launcher/bin/uninstall-launcher",
      "lib/mesos/launcher/bin/wait-service",
      "lib/mesos/teardown/bin/on-masters",
      "lib/machine/rootfs/agent/opt/cdktf-mesos/lib/checks.sh",
      "lib/machine/rootfs/agent/opt/cdktf-mesos/lib/role.sh",
      "lib/machine/rootfs/common/opt/cdktf-mesos/lib/apt.sh",
      "lib/machine/rootfs/common/opt/cdktf-mesos/lib/artifacts.sh",
      "lib/machine/rootfs/common/opt/cdktf-mesos/lib/download.sh",
      "lib/machine/rootfs/common/opt/cdktf-mesos/lib/node.sh",
      "lib/machine/rootfs/common/opt/cdktf-mesos/lib/programs.sh",
      "lib/machine/rootfs/common/opt/cdktf-mesos/lib/report.sh",
      "lib/machine/rootfs/common/opt/cdktf-mesos/lib/services.sh",
      "lib/machine/rootfs/common/opt/cdktf-mesos/lib/status.sh",
      "lib/machine/rootfs/master/opt/cdktf-mesos/lib/checks.sh",
      "lib/machine/rootfs/master/opt/cdktf-mesos/lib/cluster.sh",
      "lib/machine/rootfs/master/opt/cdktf-mesos/lib/role.sh",
      "lib/machine/rootfs/master/opt/cdktf-mesos/lib/zookeeper.sh",
      "lib/mesos/launcher/lib/attend.sh",
      "lib/mesos/launcher/lib/await.sh",
      "lib/mesos/launcher/lib/decide.sh",
      "lib/mesos/launcher/lib/definitions.sh",
      "lib/mesos/launcher/lib/follow.sh",
      "lib/mesos/launcher/lib/launcher.sh",
      "lib/mesos/launcher/lib/mesos.sh",
      "lib/mesos/launcher/lib/periods.sh",
      "lib/mesos/launcher/lib/record.sh",
      "lib/mesos/launcher/lib/report.sh",
      "lib/mesos/launcher/lib/rest.sh",
      "lib/mesos/launcher/lib/seen.sh",
      "lib/mesos/launcher/lib/view.sh",
      "lib/mesos/teardown/lib/private-key.sh",
      "lib/mesos/teardown/lib/ssh.sh",
    ]);
  });

  it("are all text that bash can read", () => {
    expect(scripts.map((path) => run("bash", "-n", path))).toEqual(
      scripts.map(() => ({ status: 0, output: "" })),
    );
  });

  it("are executable in git where they are commands, and only there", () => {
    const modes = Object.fromEntries(
      run("git", "ls-files", "--stage", "--", ...scripts)
        .output.trimEnd()
        .split("\n")
        .map((line) => [line.split("\t")[1], line.split(" ")[0]]),
    );

    expect(modes).toEqual({
      ...Object.fromEntries(commands.map((path) => [path, "100755"])),
      ...Object.fromEntries(libraries.map((path) => [path, "100644"])),
    });
  });

  it("are short", () => {
    const long = scripts.filter((path) => content(path).trimEnd().split("\n").length > 80);

    expect(long).toEqual([]);
  });

  test.each(commands)("%s says what it is for, and stops at the first failure", (path) => {
    const [shebang, purpose, ...rest] = content(path).split("\n");

    expect(shebang).toBe("#!/usr/bin/env bash");
    expect(purpose).toMatch(/^# [A-Z].*\.$/);
    expect(rest).toContain("set -euo pipefail");
  });

  test.each(libraries)("%s names its shell and leaves options to those who source it", (path) => {
    expect(content(path)).toMatch(/^# shellcheck shell=bash\n/);
    expect(content(path)).not.toMatch(/^set /m);
  });

  testWith("shellcheck", "have nothing that shellcheck minds", () => {
    expect(run("shellcheck", "-x", ...scripts)).toEqual({ status: 0, output: "" });
  });

  testWith("shfmt", "are formatted as shfmt does", () => {
    expect(run("shfmt", "-i", "2", "-bn", "-ci", "-d", ...scripts)).toEqual({ status: 0, output: "" });
  });
});
