import type { CloudHooks, CloudObject } from "../../tools/testing";
import { TestCloud } from "../support/cloud";

let aws: TestCloud;
let hooks: CloudHooks;
const seen: string[] = [];

beforeEach(() => {
  seen.length = 0;
  hooks = {};
  // tests fill in one hook at a time
  aws = new TestCloud({
    created: async (type, object) => hooks.created?.(type, object),
    updated: async (type, before, after) => hooks.updated?.(type, before, after),
    deleted: async (type, object) => hooks.deleted?.(type, object),
  });
});

afterEach(() => aws.close());

function instance(): Promise<CloudObject> {
  return aws.create("aws_instance", { ami: "ami-1", instance_type: "t3.small", subnet_id: "subnet-1" });
}

describe("hooks", () => {
  it("say what the cloud cannot know, and see the finished object", async () => {
    hooks.created = async (type, object) => {
      seen.push(`${type} ${String(object.instance_type)} ${String(object.instance_state)}`);
      return { public_ip: "127.0.0.1" };
    };

    const machine = await instance();

    expect(machine.public_ip).toBe("127.0.0.1");
    expect(aws.cloud.get("aws_instance", machine.id)?.public_ip).toBe("127.0.0.1");
    expect(seen).toEqual(["aws_instance t3.small running"]);
  });

  it("may not change what the plan has fixed", async () => {
    hooks.created = async () => ({ ami: "ami-2" });

    await expect(instance()).rejects.toThrow(
      'the hook returned ami = "ami-2" for aws_instance, but the plan has fixed that attribute',
    );
    expect(aws.cloud.objects()).toEqual([]);
  });

  it("that throw leave nothing behind", async () => {
    hooks.created = async () => {
      throw new Error("no namespaces here");
    };

    await expect(instance()).rejects.toThrow("no namespaces here");
    expect(aws.cloud.objects()).toEqual([]);
  });

  it("that throw in an update leave the object as it was", async () => {
    const machine = await instance();
    hooks.updated = async (_, before, after) => {
      throw new Error(`${String(before.instance_type)} to ${String(after.instance_type)}`);
    };

    await expect(aws.update("aws_instance", machine, { instance_type: "t3.large" })).rejects.toThrow(
      "t3.small to t3.large",
    );
    expect(aws.cloud.get("aws_instance", machine.id)).toEqual(machine);
  });

  it("that throw in a removal leave the object", async () => {
    const machine = await instance();
    hooks.deleted = async () => {
      throw new Error("still busy");
    };

    await expect(aws.remove("aws_instance", machine)).rejects.toThrow("still busy");
    expect(aws.cloud.objects()).toEqual([machine]);
  });

  it("hold the addresses of what they are still making", async () => {
    const vpc = await aws.create("aws_vpc", { cidr_block: "10.0.0.0/16" });
    const subnet = await aws.create("aws_subnet", { vpc_id: vpc.id, cidr_block: "10.0.1.0/24" });
    hooks.created = () => new Promise((done) => setImmediate(done));
    const config = { ami: "ami-1", instance_type: "t3.small", subnet_id: subnet.id };

    const machines = await Promise.all([
      aws.create("aws_instance", config),
      aws.create("aws_instance", config),
    ]);

    expect(machines.map((machine) => machine.private_ip)).toEqual(["10.0.1.4", "10.0.1.5"]);
  });
});
