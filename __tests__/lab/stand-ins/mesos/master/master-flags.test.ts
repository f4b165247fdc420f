import { checkMasterFlags, MasterFlags } from "../../../../../tools/lab/stand-ins/mesos/master/master-flags";

const OURS: MasterFlags = {
  zk: "zk://10.0.0.4:2181/mesos",
  quorum: 1,
  work_dir: "/var/lib/mesos/master",
  credentials: "/credentials.json",
  authenticate_http_readonly: true,
  authenticate_http_readwrite: true,
  authenticate_http_frameworks: true,
  http_framework_authenticators: "basic",
};

describe("flags of mesos-master", () => {
  it("are taken as ours are", () => expect(() => checkMasterFlags(OURS)).not.toThrow());

  it.each([
    ["work_dir", "--work_dir needed for replicated log based registry"],
    ["quorum", "Need to specify --quorum for replicated log based registry when using ZooKeeper"],
    ["http_framework_authenticators", "Missing `--http_framework_authenticators` flag"],
    [
      "credentials",
      "No credentials provided for the default 'basic' HTTP authenticator for realm 'mesos-master-readonly'",
    ],
  ])("are refused without --%s", (name, text) => {
    expect(() => checkMasterFlags({ ...OURS, [name]: undefined })).toThrow(text);
  });

  it.each([
    ["authenticate_http_readwrite", "mesos-master-readwrite"],
    ["authenticate_http_frameworks", "mesos-master-scheduler"],
  ])("are refused with --%s and no credentials", (name, realm) => {
    const open = { work_dir: "/w", http_framework_authenticators: "basic", [name]: true };
    expect(() => checkMasterFlags(open)).toThrow(`for realm '${realm}'`);
  });

  it("need no quorum without ZooKeeper, and no directory without a registry on disk", () => {
    expect(() => checkMasterFlags({ work_dir: "/w" })).not.toThrow();
    expect(() => checkMasterFlags({ registry: "in_memory", zk: OURS.zk })).not.toThrow();
  });
});
