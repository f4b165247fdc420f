import { missingPackages, requireHost } from "../../tools/lab/host";

const everything = (program: string) => `/usr/bin/${program}`;
const allBut =
  (...absent: string[]) =>
  (program: string) =>
    absent.includes(program) ? program : `/usr/bin/${program}`;

describe("requireHost", () => {
  it("takes Linux with root, apt and Terraform", () => {
    expect(() => requireHost({ platform: "linux", uid: 0, find: everything })).not.toThrow();
  });

  it.each([
    [
      { platform: "darwin", uid: 0, find: everything },
      'lab: its machines are booted by systemd-nspawn, got platform "darwin"; run it on Debian, which may be a virtual machine',
    ],
    [
      { platform: "linux", uid: 1000, find: everything },
      "lab: it makes networks and mounts, which root may, got user id 1000; run it with sudo",
    ],
    [
      { platform: "linux", uid: 0, find: allBut("apt-get") },
      "lab: its machines are made of Debian's packages, got no apt-get; run it on Debian, which may be a container started with --privileged",
    ],
    [
      { platform: "linux", uid: 0, find: allBut("terraform") },
      "lab: terraform must be on PATH, got none; install it (1.10 or newer), it is in no Debian repository",
    ],
  ])("refuses a host without: %#", (host, message) => {
    expect(() => requireHost(host)).toThrow(message);
  });
});

describe("missingPackages", () => {
  it("names the package of each program that is not there", () => {
    const host = { platform: "linux", uid: 0, find: allBut("systemd-nspawn", "dnsmasq") };

    expect(missingPackages(host)).toEqual(["dnsmasq-base", "systemd-container"]);
    expect(missingPackages({ ...host, find: everything })).toEqual([]);
  });
});
