import { DATA_SOURCES } from "../../tools/testing/aws/data-sources";
import type { Fields } from "../../tools/testing/value";

const settings = { region: "eu-west-1", defaultTags: null };

function read(type: string, config: Fields = {}) {
  return DATA_SOURCES[type]?.(config, settings);
}

describe("aws_ami", () => {
  const ubuntu = { owners: ["099720109477"], filter: [{ name: "name", values: ["ubuntu/*"] }] };

  afterEach(() => {
    delete process.env.CDKTF_MESOS_TEST_AMI;
  });

  it("finds the same image for the same search, and another for another", () => {
    const { id } = read("aws_ami", ubuntu) ?? {};

    expect(id).toMatch(/^ami-[0-9a-f]{17}$/);
    expect(read("aws_ami", ubuntu)).toMatchObject({ id, image_id: id, architecture: "x86_64" });
    expect(read("aws_ami", { ...ubuntu, owners: ["136693071363"] })?.id).not.toBe(id);
  });

  it("finds the one CDKTF_MESOS_TEST_AMI names, as if it had been published since", () => {
    process.env.CDKTF_MESOS_TEST_AMI = "ami-new";

    expect(read("aws_ami", ubuntu)?.id).toBe("ami-new");
  });
});

describe("places", () => {
  it("aws_availability_zones: three a region, without those to leave out", () => {
    expect(read("aws_availability_zones")).toMatchObject({
      names: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
      zone_ids: ["euw1-az1", "euw1-az2", "euw1-az3"],
    });
    expect(
      read("aws_availability_zones", { region: "us-east-1", exclude_names: ["us-east-1b"] })?.names,
    ).toEqual(["us-east-1a", "us-east-1c"]);
  });

  it("aws_region and aws_caller_identity", () => {
    expect(read("aws_region")).toMatchObject({ id: "eu-west-1", name: "eu-west-1" });
    expect(read("aws_caller_identity")).toMatchObject({ account_id: "123456789012" });
  });
});

describe("aws_ec2_instance_type", () => {
  test.each([
    ["t3.micro", 2, 1024, "x86_64"],
    ["t3.small", 2, 2048, "x86_64"],
    ["t3.large", 2, 8192, "x86_64"],
    ["t3.2xlarge", 8, 32768, "x86_64"],
    ["m5.large", 2, 8192, "x86_64"],
    ["c5.4xlarge", 16, 32768, "x86_64"],
    ["r6i.xlarge", 4, 32768, "x86_64"],
    ["t4g.small", 2, 2048, "arm64"],
    ["m7gd.large", 2, 8192, "arm64"],
  ])("%s has %i processors, %i MiB and is %s", (instance_type, default_vcpus, memory_size, architecture) => {
    expect(read("aws_ec2_instance_type", { instance_type })).toMatchObject({
      default_vcpus,
      memory_size,
      supported_architectures: [architecture],
    });
  });
});
