import { instanceMetadata, userDataOf } from "../../tools/lab/instance-facts";

const instance = {
  id: "i-1",
  ami: "ami-1",
  availability_zone: "us-west-2b",
  instance_type: "t3.small",
  private_dns: "ip-10-0-0-4.us-west-2.compute.internal",
  private_ip: "10.0.0.4",
};

describe("instanceMetadata", () => {
  it("is what EC2 says of an instance", () => {
    expect(instanceMetadata(instance)).toEqual({
      "ami-id": "ami-1",
      hostname: "ip-10-0-0-4.us-west-2.compute.internal",
      "instance-id": "i-1",
      "instance-type": "t3.small",
      "local-hostname": "ip-10-0-0-4.us-west-2.compute.internal",
      "local-ipv4": "10.0.0.4",
      "placement/availability-zone": "us-west-2b",
      "placement/region": "us-west-2",
    });
  });
});

describe("userDataOf", () => {
  it.each([
    [{ user_data_base64: Buffer.from([0x1f, 0x8b, 0xff]).toString("base64") }, [0x1f, 0x8b, 0xff]],
    [{ user_data: "#!/bin/sh", user_data_base64: null }, [...Buffer.from("#!/bin/sh")]],
    [{ user_data: null }, []],
  ])("of %j", (given, bytes) => {
    expect([...userDataOf({ id: "i-1", ...given })]).toEqual(bytes);
  });
});
