import { modesFor, namespaceMode, refusalMessage, requireLinux } from "../../tools/rehearsal/namespace";

describe("namespaceMode", () => {
  it("finds a way on this host, without a user namespace for root where it can", async () => {
    const mode = await namespaceMode();

    expect(modesFor(process.getuid?.())).toContain(mode);
  });
});

describe("modesFor", () => {
  it.each([
    [0, ["namespaces as root", "user namespaces"]],
    [1000, ["user namespaces"]],
    [undefined, ["user namespaces"]],
  ])("user %p tries %p", (uid, names) => {
    expect(modesFor(uid).map((mode) => mode.name)).toEqual(names);
  });
});

describe("requireLinux", () => {
  it("lets Linux pass", () => {
    expect(() => requireLinux("linux")).not.toThrow();
  });

  it("fails elsewhere, with the way out", () => {
    expect(() => requireLinux("darwin")).toThrow(
      'rehearsal: machines are made of Linux namespaces, got platform "darwin"; run it on Linux, in WSL 2 or in a Linux virtual machine',
    );
  });
});

describe("refusalMessage", () => {
  it("names each way with what refused it, and the way out, in one sentence", () => {
    expect(refusalMessage(['user namespaces: "unshare: unshare failed: Operation not permitted"'])).toBe(
      "rehearsal: this host does not let a machine be isolated, " +
        'got user namespaces: "unshare: unshare failed: Operation not permitted"; ' +
        "run as root, allow user namespaces (sysctl user.max_user_namespaces, and on Ubuntu " +
        "kernel.apparmor_restrict_unprivileged_userns=0), or start the container with --privileged",
    );
  });
});
