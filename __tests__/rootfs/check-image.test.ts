import { NodeSandbox } from "./node-sandbox";

describe("check-image", () => {
  let sandbox: NodeSandbox;

  beforeEach(() => {
    sandbox = new NodeSandbox("agent");
    sandbox.settings();
    distribution("ubuntu", "24.04");
    sandbox.write("usr/lib/os-release", "");
    sandbox.command("uname", "echo x86_64");
    sandbox.command("df", "echo Avail; echo 9000");
    sandbox.command("timeout", "exit 1");
    controlGroups("cgroup2fs");
  });

  afterEach(() => sandbox.remove());

  function distribution(id: string, version: string): void {
    sandbox.write("etc/os-release", `ID=${id}\nVERSION_ID="${version}"\n`);
  }

  function controlGroups(type: string): void {
    sandbox.command(
      "stat",
      `if [[ $1 == --file-system ]]; then echo ${type}; else exec /usr/bin/stat "$@"; fi`,
    );
  }

  async function refusal(): Promise<string> {
    const { code, stderr } = await sandbox.node("check-image");
    expect(code).toBe(1);
    return sandbox.machineWords(stderr);
  }

  test.each([
    ["ubuntu", "22.04"],
    ["ubuntu", "24.04"],
    ["debian", "12"],
  ])("takes %s %s", async (id, version) => {
    distribution(id, version);

    expect(await sandbox.node("check-image")).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test.each([
    ["ubuntu", "20.04"],
    ["debian", "11"],
    ["amzn", "2023"],
  ])("refuses %s %s", async (id, version) => {
    distribution(id, version);

    expect(await refusal()).toBe(
      `check-image: 'image' must be Ubuntu 22.04 or 24.04, or Debian 12, got ${id} ${version}\n`,
    );
  });

  it("refuses Arm", async () => {
    sandbox.command("uname", "echo aarch64");

    expect(await refusal()).toBe(
      "check-image: 'image' must be for amd64, got aarch64; Mesos, Weave and Sock Shop are built for nothing else\n",
    );
  });

  test.each([
    ["v1", ""],
    ["v1 and v2 (hybrid)", "sys/fs/cgroup/unified/x"],
  ])("tells a host with cgroup %s what to do", async (version, file) => {
    controlGroups("tmpfs");
    if (file !== "") sandbox.write(file, "");

    expect(await refusal()).toBe(
      `check-image: 'image' must have cgroup v2 at /sys/fs/cgroup, got ${version}; ` +
        "boot it with systemd.unified_cgroup_hierarchy=1 on the kernel's command line\n",
    );
  });

  it("refuses settings that lack something, and names all of it", async () => {
    sandbox.settings({ MASTERS: undefined, MESOS_RESOURCES: "" });

    expect(await refusal()).toBe("check-image: /etc/cdktf-mesos/node.env lacks: MASTERS MESOS_RESOURCES\n");
  });

  describe("with a full disk", () => {
    beforeEach(() => sandbox.command("df", "echo Avail; echo 600"));

    it("refuses to install", async () => {
      expect(await refusal()).toBe(
        "check-image: /var must have 4096 MiB free, got 600 MiB; take a larger volume, or remove what fills it\n",
      );
    });

    it("goes on where all is installed", async () => {
      sandbox.write("var/lib/cdktf-mesos/artifacts/mesos", "");

      expect(await sandbox.node("check-image")).toMatchObject({ code: 0 });
    });

    it("refuses where all is installed too, with no room to work in", async () => {
      sandbox.write("var/lib/cdktf-mesos/artifacts/mesos", "");
      sandbox.command("df", "echo Avail; echo 511");

      expect(await refusal()).toMatch(/^check-image: \/var must have 512 MiB free, got 511 MiB;/);
    });
  });

  describe("with a wrong clock", () => {
    test.each([
      ["behind", "1 hour", "-3[56]"],
      ["ahead of", "-1 hour", "36"],
    ])("says how far it is %s the metadata service's", async (_, there, off) => {
      sandbox.command(
        "timeout",
        String.raw`printf 'HTTP/1.0 401\r\nDate: %s\r\n' "$(date --utc --date '${there}' '+%a, %d %b %Y %T GMT')"`,
      );

      expect(await refusal()).toMatch(
        new RegExp(
          `^check-image: the clock must be right, got ${off}\\d\\d s off the metadata service's; is a time service running\\?\n$`,
        ),
      );
    });

    it("says so when it is older than the image", async () => {
      sandbox.command("date", `if [[ $* == +%s ]]; then echo 86400; else exec /bin/date "$@"; fi`);

      expect(await refusal()).toBe(
        "check-image: the clock must be later than the image, got 1970-01-02; is a time service running?\n",
      );
    });
  });
});
