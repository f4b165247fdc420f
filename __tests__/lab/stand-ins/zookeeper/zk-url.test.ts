import { leadingNode, masterInfo } from "../../../../tools/lab/stand-ins/zookeeper/master-info";
import { parseZkUrl } from "../../../../tools/lab/stand-ins/zookeeper/zk-url";

describe("URL of ZooKeeper", () => {
  it("has servers, a path and on request a password", () => {
    expect(parseZkUrl("zk://mesos:secret@10.0.0.4:2181,10.0.0.5:2181/mesos")).toEqual({
      servers: "10.0.0.4:2181,10.0.0.5:2181",
      auth: "mesos:secret",
      path: "/mesos",
    });
    expect(parseZkUrl("zk://10.0.0.4:2181/a/b/")).toEqual({ servers: "10.0.0.4:2181", path: "/a/b" });
  });

  it.each(["zk://10.0.0.4:2181", "zk://10.0.0.4:2181/"])("needs a path, unlike %s", (text) => {
    expect(() => parseZkUrl(text)).toThrow("Expecting a (chroot) path for ZooKeeper ('/' is not supported)");
  });

  it.each(["10.0.0.4:2181/mesos", "zk:///mesos", "zk://a b/mesos"])("is not %j", (text) => {
    expect(() => parseZkUrl(text)).toThrow(`Failed to parse '${text}'`);
  });

  it("does not tell its password when it is wrong", () => {
    expect(() => parseZkUrl("zk://mesos:secret@/mesos")).toThrow("Failed to parse 'zk://***@/mesos'");
  });
});

describe("masters in ZooKeeper", () => {
  it("tell their address in the forms Mesos has for it", () => {
    expect(masterInfo("10.0.0.4", 5050, "host", "id", "1")).toMatchObject({
      address: { hostname: "host", ip: "10.0.0.4", port: 5050 },
      ip: 4 * 2 ** 24 + 10,
      pid: "master@10.0.0.4:5050",
    });
  });

  it("are led by the one that came first", () => {
    expect(leadingNode(["log_replicas", "json.info_0000000012", "json.info_0000000009"])).toBe(
      "json.info_0000000009",
    );
    expect(leadingNode(["log_replicas"])).toBeUndefined();
  });
});
