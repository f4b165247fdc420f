import { createHash } from "node:crypto";
import { existsSync, readFileSync, readlinkSync, rmSync } from "node:fs";

import { NodeSandbox } from "./node-sandbox";

const NOTES = "var/lib/cdktf-mesos/artifacts";
const FINGERPRINT = "BA227EBC312D2E43498A533963F8CEE149ACA59E";
const APT = {
  kind: "apt",
  package: "aventer-mesos",
  version: "1.11.0-0.7.1*",
  url: "https://repo.example.com/Ubuntu",
  keyUrl: "https://repo.example.com/key.asc",
  keyFingerprint: FINGERPRINT,
};
const WEAVE = { kind: "download", url: "https://example.com/weave" };
const ROUTES = {
  docker: [{ kind: "distribution", package: "docker.io" }],
  weaveImages: [
    { kind: "image", image: "avhost/weave:3.0.2" },
    { kind: "image", image: "avhost/weavedb:3.0.2" },
  ],
  weave: [WEAVE],
  mesosDns: [{ kind: "distribution", package: "mesos-dns" }],
  mesos: [{ kind: "distribution", package: "mesos" }],
  zooKeeper: [{ kind: "distribution", package: "zookeeper" }],
};

describe("install-node", () => {
  let sandbox: NodeSandbox;

  beforeEach(() => {
    sandbox = new NodeSandbox("agent");
    sandbox.write("etc/os-release", "VERSION_CODENAME=noble\n");
    sandbox.write("etc/apt/sources.list.d/ubuntu.sources", "");
    sandbox.write("lib/systemd/system/systemd-resolved.service", "");
    sandbox.write("usr/local/bin/x", "");
    routes({});
    serve("https://example.com/weave", "#!/bin/sh\n");
    sandbox.command("dpkg-query", "printf 'install ok installed '");
    sandbox.command("apt-get", "");
    sandbox.command("curl", downloads());
    for (const command of ["docker", "mesos-agent", "mesos-dns", "weave"]) sandbox.command(command, "");
    sandbox.command("ldd", "echo 'libc.so.6 => /lib/libc.so.6 (0x0)'");
  });

  afterEach(() => sandbox.remove());

  function routes(changed: Partial<Record<keyof typeof ROUTES, object[]>>): void {
    sandbox.write("etc/cdktf-mesos/artifacts.json", JSON.stringify({ ...ROUTES, ...changed }));
  }

  function serve(url: string, content: string): void {
    sandbox.write(`served/${url.replace(/\W/g, "_")}`, content);
  }

  /** curl, as far as files are served. */
  function downloads(): string {
    return `
      while (($#)); do
        case $1 in --output) out=$2 && shift ;; http*) url=$1 ;; esac
        shift
      done
      file='${sandbox.path("served")}'/\${url//[^A-Za-z0-9_]/_}
      [[ -e $file ]] || { echo "curl: (22) The requested URL returned error: 404" >&2; exit 22; }
      cp "$file" "$out"`;
  }

  /** A key file that gpg would read so. */
  function key(...keys: [fingerprint: string, validity: string, expires?: string][]): void {
    serve(APT.keyUrl, "a key");
    const lines = keys.flatMap(([fingerprint, validity, expires = ""]) => [
      `pub:${validity}:4096:1:X:1:${expires}::-:::scESC::::::23::0:`,
      `fpr:::::::::${fingerprint}:`,
      `sub:${validity}:4096:1:X:1:${expires}`,
      `fpr:::::::::${"0".repeat(40)}:`,
    ]);
    sandbox.command("gpg", `echo '${lines.join("\n")}'`);
  }

  const aptCalls = (command: string) => sandbox.calls("apt-get").filter((args) => args.includes(command));
  const installed = () => aptCalls("install").map((args) => args.slice(args.indexOf("install") + 1));
  const note = (name: string) => sandbox.read(`${NOTES}/${name}`);

  async function refusal(): Promise<string> {
    const { code, stderr } = await sandbox.node("install-node");
    expect(code).toBe(1);
    return sandbox.machineWords(stderr).trimEnd().split("\n").at(-1) as string;
  }

  it("installs each artifact and notes by which route", async () => {
    expect(await sandbox.node("install-node")).toEqual({ code: 0, stdout: "", stderr: "" });

    expect(installed()).toEqual(
      ["docker.io", "mesos-dns", "mesos"].map((name) => ["--yes", "--no-install-recommends", name]),
    );
    expect(note("docker")).toBe("distribution docker.io\n");
    expect(note("weave")).toBe("download https://example.com/weave\n");
    expect(note("weaveImages")).toBe("image avhost/weave:3.0.2, image avhost/weavedb:3.0.2\n");
    expect(existsSync(sandbox.path(NOTES, "zooKeeper"))).toBe(false);
    expect(sandbox.read("usr/local/bin/weave")).toBe("#!/bin/sh\n");
    expect(sandbox.mode("usr/local/bin/weave")).toBe("755");
  });

  it("waits for others at work with dpkg, asks nothing, and updates the index once", async () => {
    await sandbox.node("install-node");

    expect(sandbox.calls("apt-get").every((args) => args.includes("DPkg::Lock::Timeout=300"))).toBe(true);
    expect(aptCalls("update")).toHaveLength(1);
  });

  it("masks the other role's unit before a package brings it", async () => {
    await sandbox.node("install-node");

    expect(readlinkSync(sandbox.path("etc/systemd/system/mesos-master.service"))).toBe("/dev/null");
  });

  it("installs what is named besides, for an image of both roles", async () => {
    await sandbox.node("install-node", "zooKeeper");

    expect(installed().at(-1)?.at(-1)).toBe("zookeeper");
  });

  it("masks it also where an image has it from the other role", async () => {
    sandbox.write("etc/systemd/system/mesos-master.service", "");
    await sandbox.node("install-node");

    expect(readlinkSync(sandbox.path("etc/systemd/system/mesos-master.service"))).toBe("/dev/null");
  });

  it("does nothing when run again", async () => {
    await sandbox.node("install-node");
    const before = sandbox.snapshot("var", "usr", "etc");
    const calls = sandbox.calls("apt-get").length;

    expect(await sandbox.node("install-node")).toMatchObject({ code: 0 });
    expect(sandbox.snapshot("var", "usr", "etc")).toEqual(before);
    expect(sandbox.calls("apt-get")).toHaveLength(calls);
  });

  it("needs no settings, so that an image can be made with it", async () => {
    expect(existsSync(sandbox.path("etc/cdktf-mesos/node.env"))).toBe(false);
    expect((await sandbox.node("install-node")).code).toBe(0);
  });

  describe("prerequisites", () => {
    it("are installed where they are missing, whatever their name on this release", async () => {
      sandbox.command("dpkg-query", `[[ $* == *libsvn1* ]] && exit 1; printf 'install ok installed '`);

      await sandbox.node("install-node");

      expect(installed()[0]).toEqual(["--yes", "--no-install-recommends", "libsvn1"]);
    });

    it("include a resolver on a machine without one", async () => {
      rmSync(sandbox.path("lib/systemd/system/systemd-resolved.service"));
      sandbox.command("dpkg-query", "exit 1");

      await sandbox.node("install-node");

      expect(installed()[0]).toEqual([
        ...["--yes", "--no-install-recommends", "curl", "jq", "ca-certificates"],
        ...["libapr1", "libcurl4", "libsasl2-modules", "libsvn1", "libunwind8", "systemd-resolved"],
      ]);
    });

    it("that cannot be had end it, with the reason of the index rather than what follows from it", async () => {
      sandbox.command("dpkg-query", "exit 1");
      sandbox.command(
        "apt-get",
        `if [[ $* == *update* ]]; then echo "E: Temporary failure resolving 'archive.example.com'"
         else echo 'E: Unable to locate package jq'; fi; exit 100`,
      );

      expect(await refusal()).toBe(
        "install-node: cannot install curl jq ca-certificates libapr1 libcurl4 libsasl2-modules libsvn1 libunwind8: " +
          "E: Temporary failure resolving 'archive.example.com'; " +
          "a machine needs a way to its distribution's repositories, DNS and a right clock",
      );
    });

    it("are tried again until DNS is back", async () => {
      sandbox.command("dpkg-query", "exit 1");
      sandbox.command(
        "apt-get",
        `[[ -e '${sandbox.path("tried")}' ]] || { touch '${sandbox.path("tried")}'; echo 'E: no DNS'; exit 100; }`,
      );

      expect((await sandbox.node("install-node")).code).toBe(0);
    });
  });

  describe("a download", () => {
    const content = "#!/bin/sh\n";
    const sha256 = createHash("sha256").update(content).digest("hex");

    it("is taken when it is what its checksum says", async () => {
      routes({ weave: [{ ...WEAVE, url: "http://example.com/weave", sha256 }] });
      serve("http://example.com/weave", content);

      expect((await sandbox.node("install-node")).code).toBe(0);
    });

    it("stops the boot when it is not, though another route would do", async () => {
      const wanted = "0".repeat(64);
      routes({ weave: [{ ...WEAVE, sha256: wanted }, WEAVE] });

      expect(await refusal()).toBe(
        "install-node: 'artifacts.weave' must be what its sha256 says, got another file from https://example.com/weave; " +
          `wanted ${wanted}, got ${sha256}`,
      );
      expect(existsSync(sandbox.path("usr/local/bin/weave"))).toBe(false);
      expect(existsSync(sandbox.path(NOTES, "weave"))).toBe(false);
    });

    test.each([
      ["https", "=https"],
      ["http", "=http,https"],
    ])("over %s is led on to %s only, and one that does not go on is given up", async (scheme, redirects) => {
      const url = `${scheme}://example.com/weave`;
      routes({ weave: [{ ...WEAVE, url, sha256 }] });
      serve(url, content);

      await sandbox.node("install-node");

      const [options] = sandbox.calls("curl");
      expect(options?.join(" ")).toContain(`--location --proto-redir ${redirects} --connect-timeout 10 `);
      expect(options?.join(" ")).toContain(" --speed-limit 1024 --speed-time 20 --max-time 600 ");
    });

    it("over plain HTTP without a checksum is not even asked for", async () => {
      routes({ weave: [{ ...WEAVE, url: "http://example.com/weave" }] });
      serve("http://example.com/weave", content);

      expect(await refusal()).toBe(
        "install-node: 'artifacts.weave' must name a way that works, got download http://example.com/weave " +
          "(plain http without 'sha256' or 'allowUnverified')",
      );
      expect(sandbox.calls("curl")).toEqual([]);
    });

    it("over plain HTTP is taken unverified when that is allowed", async () => {
      routes({ weave: [{ ...WEAVE, url: "http://example.com/weave", allowUnverified: true }] });
      serve("http://example.com/weave", content);

      expect((await sandbox.node("install-node")).code).toBe(0);
    });

    it("of a package is installed with what it depends on", async () => {
      routes({ mesos: [{ kind: "download", url: "https://example.com/a/mesos_1.deb" }] });
      serve("https://example.com/a/mesos_1.deb", "deb");

      await sandbox.node("install-node");

      expect(installed().at(-1)?.at(-1)).toMatch(/^\/.+\/mesos_1\.deb$/);
    });

    it("of Mesos-DNS may be the program itself", async () => {
      routes({ mesosDns: [{ kind: "download", url: "https://example.com/mesos-dns-v0.6.0" }] });
      serve("https://example.com/mesos-dns-v0.6.0", content);

      await sandbox.node("install-node");

      expect(sandbox.mode("usr/local/bin/mesos-dns")).toBe("755");
    });

    it("of Mesos may not", async () => {
      routes({ mesos: [{ kind: "download", url: "https://example.com/mesos.tar" }] });
      serve("https://example.com/mesos.tar", "");

      expect(await refusal()).toContain(
        "download https://example.com/mesos.tar (only a .deb can be installed)",
      );
    });
  });

  describe("a repository", () => {
    beforeEach(() => {
      routes({ mesos: [APT] });
      key([FINGERPRINT, "-"]);
      const list = sandbox.path("etc/apt/sources.list.d/cdktf-mesos.list");
      sandbox.command("apt-get", `[[ ! -e '${list}' ]] || cp '${list}' '${sandbox.path("list")}'`);
    });

    it("is trusted by its key alone, and by nothing once the package is there", async () => {
      expect(await sandbox.node("install-node")).toMatchObject({ code: 0 });

      const keyFile = sandbox.path("etc/apt/keyrings/cdktf-mesos.asc");
      expect(sandbox.read("list")).toBe(
        `deb [arch=amd64 signed-by=${keyFile}] https://repo.example.com/Ubuntu/noble noble main\n`,
      );
      expect(installed().at(-1)?.at(-1)).toBe("aventer-mesos=1.11.0-0.7.1*");
      expect(note("mesos")).toBe("apt https://repo.example.com/Ubuntu aventer-mesos\n");
      expect(sandbox.snapshot("etc/apt")).toEqual({
        "etc/apt/sources.list.d/ubuntu.sources": expect.anything(),
      });
    });

    it("is all whose index is asked for, and those of others stay", async () => {
      await sandbox.node("install-node");

      expect(aptCalls("update").at(-1)).toEqual(
        expect.arrayContaining([
          "--error-on=any",
          `Dir::Etc::sourcelist=${sandbox.path("etc/apt/sources.list.d/cdktf-mesos.list")}`,
          "Dir::Etc::sourceparts=-",
          "APT::Get::List-Cleanup=0",
        ]),
      );
    });

    it("is asked for at its very URL where that ends in a slash", async () => {
      routes({ mesos: [{ ...APT, url: "http://repo.example.com/Debian/" }] });
      await sandbox.node("install-node");

      expect(sandbox.read("list")).toMatch(/\] http:\/\/repo\.example\.com\/Debian\/ noble main\n$/);
    });

    it.each([
      ["another key", [["0123", "-"]], `must have the fingerprint ${FINGERPRINT}, got 0123:-:)`],
      [
        "a second key",
        [
          [FINGERPRINT, "-"],
          ["0123", "-"],
        ],
        `must have the fingerprint ${FINGERPRINT}, got `,
      ],
      ["no key at all", [], `must have the fingerprint ${FINGERPRINT}, got )`],
      ["an expired key", [[FINGERPRINT, "e", "1727481600"]], "has expired on 2024-09-28"],
    ] as [string, [string, string, string?][], string][])("with %s is not used", async (_, keys, reason) => {
      key(...keys);

      expect(await refusal()).toContain(reason);
      expect(existsSync(sandbox.path("list"))).toBe(false);
    });

    it("that is down gives way to the next route", async () => {
      routes({ mesos: [APT, { kind: "distribution", package: "mesos" }] });
      sandbox.command(
        "apt-get",
        `[[ $* != *cdktf-mesos.list* ]] || { echo 'E: Failed to fetch'; exit 100; }`,
      );

      expect((await sandbox.node("install-node")).code).toBe(0);
      expect(note("mesos")).toBe("distribution mesos\n");
    });

    it("that is down ends it where it is the only route, with apt's reason", async () => {
      sandbox.command(
        "apt-get",
        `[[ $* != *cdktf-mesos.list* ]] || { printf '%s\\n' 'E: Failed to fetch X' 'E: Some index files failed to download.'; exit 100; }`,
      );

      expect(await refusal()).toBe(
        "install-node: 'artifacts.mesos' must name a way that works, " +
          "got apt https://repo.example.com/Ubuntu aventer-mesos (E: Failed to fetch X)",
      );
    });

    it("whose key cannot be had is not used", async () => {
      routes({ mesos: [{ ...APT, keyUrl: "https://repo.example.com/gone.asc" }] });

      expect(await refusal()).toContain("(curl: (22) The requested URL returned error: 404)");
    });
  });

  describe("images", () => {
    it("are all needed", async () => {
      sandbox.command("docker", `[[ $* != *weavedb* ]] || { echo 'toomanyrequests: limit' >&2; exit 1; }`);

      expect(await refusal()).toBe(
        "install-node: 'artifacts.weaveImages' must name a way that works, " +
          "got image avhost/weavedb:3.0.2 (toomanyrequests: limit)",
      );
    });

    it("say so when their registry falls silent", async () => {
      sandbox.command("timeout", `[[ $* != '600 docker pull'* ]] || exit 124`);

      expect(await refusal()).toContain("avhost/weave:3.0.2 (its registry did not end within 10 minutes)");
    });
  });

  describe("what is said to be on the image", () => {
    it("is used", async () => {
      routes({
        docker: [{ kind: "onImage" }],
        weaveImages: [{ kind: "onImage" }],
        mesos: [{ kind: "onImage" }],
      });

      expect((await sandbox.node("install-node")).code).toBe(0);
      expect(note("mesos")).toBe("onImage\n");
    });

    it("and is not there ends it", async () => {
      routes({ zooKeeper: [{ kind: "onImage" }] });
      sandbox.remove();
      sandbox = new NodeSandbox("master");
      routes({
        docker: [{ kind: "onImage" }],
        weaveImages: [{ kind: "onImage" }],
        zooKeeper: [{ kind: "onImage" }],
      });
      serve("https://example.com/weave", "");
      sandbox.command("dpkg-query", "printf 'install ok installed '");
      sandbox.command("docker", "");
      sandbox.command("curl", downloads());
      sandbox.write("usr/local/bin/x", "");

      expect(await refusal()).toBe(
        "install-node: 'artifacts.zooKeeper' must name a way that works, got onImage (it is not there)",
      );
    });
  });

  it("names the libraries a program lacks", async () => {
    sandbox.command("ldd", String.raw`printf '\tlibunwind.so.8 => not found\n\tlibsvn.so.1 => not found\n'`);

    expect(await refusal()).toBe(
      "install-node: mesos-agent lacks libraries: libunwind.so.8 libsvn.so.1; " +
        "'artifacts.mesos' must be built for this distribution",
    );
  });

  it("takes a program that is no ELF file as it is", async () => {
    sandbox.command("ldd", "echo 'not a dynamic executable' >&2; exit 1");

    expect((await sandbox.node("install-node")).code).toBe(0);
  });

  it.each(["mesos-agent", "mesos-dns"])("ends where a program cannot be run: %s", async (program) => {
    sandbox.command(program, "echo 'exec format error' >&2; exit 126");

    expect(await refusal()).toBe(
      `install-node: ${program} does not run: exec format error, exit code 126; ` +
        `'artifacts.${program === "mesos-dns" ? "mesosDns" : "mesos"}' must be built for this distribution`,
    );
  });

  it("ends where a program is for another processor, and does not take it for a script", async () => {
    sandbox.write("bin/mesos-agent", "\x7fELF\0\0(\n", 0o755);

    expect(await refusal()).toMatch(
      /^install-node: mesos-agent does not run: .*[Ee]xec format error, exit code 126; 'artifacts\.mesos'/,
    );
  });

  it("takes a program that runs and does not know --help", async () => {
    sandbox.command("mesos-agent", "exit 1");

    expect((await sandbox.node("install-node")).code).toBe(0);
  });

  it("ends where what tells the routes is damaged, before anything is tried", async () => {
    sandbox.write("etc/cdktf-mesos/artifacts.json", JSON.stringify(ROUTES).slice(0, 100));

    expect(await refusal()).toMatch(
      /^install-node: \/etc\/cdktf-mesos\/artifacts\.json must be JSON, got: .+; it came with this machine's user-data: replace the machine/,
    );
    expect(installed()).toEqual([]);
  });

  it("says so where an artifact has no route", async () => {
    routes({ docker: [] });

    expect(await refusal()).toBe("install-node: 'artifacts.docker' must name a way that works, got none");
  });

  it("ends where Mesos' package brings no agent", async () => {
    sandbox.command("mesos-agent", "");
    sandbox.command("command", "");
    const script = sandbox.path("opt/cdktf-mesos/lib/role.sh");
    sandbox.write(
      "opt/cdktf-mesos/lib/role.sh",
      readFileSync(script, "utf8").replace(
        "ROLE_PROGRAMS=(mesos-agent)",
        "ROLE_PROGRAMS=(mesos-agent-of-no-package)",
      ),
    );

    expect(await refusal()).toBe(
      "install-node: 'artifacts.mesos' must bring mesos-agent-of-no-package, got none",
    );
  });
});
