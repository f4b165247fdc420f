import { hierarchies } from "../../tools/lab/control-groups";

describe("hierarchies", () => {
  it("of version 2 alone are one", () => {
    expect(
      hierarchies(
        "proc /proc proc rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime 0 0\n",
      ),
    ).toEqual(["/sys/fs/cgroup"]);
  });

  it("of both versions are that of version 2 and the one systemd names", () => {
    expect(
      hierarchies(
        [
          "cgroup /sys/fs/cgroup/cpu cgroup rw,relatime,cpu 0 0",
          "cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,name=systemd 0 0",
          "cgroup /sys/fs/cgroup/other cgroup rw,name=systemd-like 0 0",
          "cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0",
          "",
        ].join("\n"),
      ),
    ).toEqual(["/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified"]);
  });
});
