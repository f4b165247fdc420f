import { awsProvider } from "../../tools/testing/aws/aws-provider";
import { planChange } from "../../tools/testing/plan";
import type { PlanRequest } from "../../tools/testing/plan";
import type { Rules } from "../../tools/testing/rules";
import type { Attribute, Block, NestedBlock } from "../../tools/testing/schema";
import { UNKNOWN } from "../../tools/testing/value";
import type { Fields } from "../../tools/testing/value";

const optional = (name: string): Attribute => ({
  name,
  type: "string",
  required: false,
  optional: true,
  computed: false,
});
const computed = (name: string): Attribute => ({ ...optional(name), optional: false, computed: true });
const either = (name: string): Attribute => ({ ...optional(name), computed: true });

const VOLUME: Block = { attributes: [optional("size"), either("type"), computed("volume_id")], blocks: [] };

function volumes(nesting: NestedBlock["nesting"]): NestedBlock {
  return { name: "volume", nesting, minItems: 0, maxItems: 0, block: VOLUME };
}

function thing(nesting: NestedBlock["nesting"] = "LIST"): Block {
  return {
    attributes: [optional("name"), either("zone"), computed("id")],
    blocks: [volumes(nesting)],
  };
}

function plan(request: Partial<PlanRequest>, rules: Rules = {}, block = thing()) {
  const config = request.config ?? {};
  return planChange(block, rules, { prior: null, proposed: config, config, ...request });
}

describe("planning something new", () => {
  it("leaves what only the cloud decides unknown", () => {
    const config = { name: "n", zone: null, id: null, volume: [] };

    expect(plan({ config }).planned).toEqual({ name: "n", zone: UNKNOWN, id: UNKNOWN, volume: [] });
  });

  it("keeps what the user wrote, and what is not known yet", () => {
    const config = { name: UNKNOWN, zone: "a", id: null, volume: [] };

    expect(plan({ config }).planned).toMatchObject({ name: UNKNOWN, zone: "a" });
  });

  it("gives defaults, in blocks too", () => {
    const config = { name: null, zone: null, id: null, volume: [{ size: "1", type: null, volume_id: null }] };
    const { planned } = plan({ config }, { defaults: { zone: "z", "volume.type": "gp3" } });

    expect(planned).toEqual({
      name: null,
      zone: "z",
      id: UNKNOWN,
      volume: [{ size: "1", type: "gp3", volume_id: UNKNOWN }],
    });
  });
});

describe("planning a change", () => {
  const prior = {
    name: "n",
    zone: "a",
    id: "i",
    volume: [
      { size: "1", type: "gp3", volume_id: "v1" },
      { size: "2", type: "gp3", volume_id: "v2" },
    ],
  };

  it("keeps what was computed", () => {
    const config = { name: "m", zone: null, id: null, volume: [] };

    expect(plan({ prior, proposed: { ...prior, name: "m", volume: [] }, config }).planned).toMatchObject({
      name: "m",
      zone: "a",
      id: "i",
    });
  });

  test.each(["LIST", "SET"] as const)("in a %s of blocks computes the new ones only", (nesting) => {
    const added = { size: "3", type: null, volume_id: null };
    const config = { name: "n", zone: null, id: null, volume: [...bare(prior.volume), added] };
    const proposed = { ...prior, volume: [...prior.volume, added] };

    expect(plan({ prior, proposed, config }, {}, thing(nesting)).planned.volume).toEqual([
      ...prior.volume,
      { size: "3", type: UNKNOWN, volume_id: UNKNOWN },
    ]);
  });

  it("goes back to the default when the user's value is gone", () => {
    const config = { name: "n", zone: null, id: null, volume: [] };

    expect(plan({ prior, proposed: prior, config }, { defaults: { zone: "z" } }).planned.zone).toBe("z");
  });

  it("replaces when a value that forces it is not known yet", () => {
    const proposed = { ...prior, name: UNKNOWN };

    expect(plan({ prior, proposed, config: proposed }, { replacedBy: ["name"] }).replacedBy).toEqual([
      "name",
    ]);
  });

  it("names the block when what is inside forces a replacement", () => {
    const proposed = { ...prior, volume: [{ size: "9", type: "gp3", volume_id: "v1" }] };
    const rules = { replacedBy: ["volume.size", "volume.type"] };

    expect(plan({ prior, proposed, config: proposed }, rules).replacedBy).toEqual(["volume"]);
  });
});

function bare(items: readonly Fields[]): Fields[] {
  return items.map(({ size }) => ({ size: size ?? null, type: null, volume_id: null }));
}

describe("rules that plan for themselves", () => {
  function planned(type: string, prior: Fields, change: Fields, config: Fields = change) {
    const next: Record<string, never> = { ...prior, ...change } as never;
    const forced = awsProvider.rules(type).plan?.({ prior, config, planned: next }) ?? [];
    return { next: next as Fields, forced };
  }

  test.each(["instance_type", "user_data", "user_data_base64"])(
    "aws_instance: another %s restarts it, so that its public address is open",
    (name) => {
      const prior = { [name]: "a", public_ip: "203.0.113.1", user_data_replace_on_change: false };
      const { next, forced } = planned("aws_instance", prior, { [name]: "b" });

      expect(next).toMatchObject({ public_ip: UNKNOWN, public_dns: UNKNOWN });
      expect(forced).toEqual([]);
    },
  );

  it("aws_instance: user data replaces it only when asked to", () => {
    const prior = { user_data: "a", user_data_replace_on_change: true };

    expect(planned("aws_instance", prior, { user_data: "b" }).forced).toContain("user_data");
    expect(planned("aws_instance", prior, { user_data: "a" }).forced).toEqual([]);
  });

  it("aws_network_interface: keeps its first address, not the others", () => {
    const prior = { private_ip: "10.0.0.4", private_ips: ["10.0.0.4"] };
    const type = "aws_network_interface";

    expect(planned(type, prior, { private_ips: ["10.0.0.4", "10.0.0.5"] }).forced).toEqual([]);
    expect(planned(type, prior, { private_ips: ["10.0.0.5"] }).forced).toEqual(["private_ips"]);
  });

  it("aws_vpc_security_group_ingress_rule: changes an address in place, the kind of its source not", () => {
    const prior = { cidr_ipv4: "10.0.0.0/8", referenced_security_group_id: null };
    const type = "aws_vpc_security_group_ingress_rule";

    expect(planned(type, prior, { cidr_ipv4: "10.1.0.0/16" }).forced).toEqual([]);
    expect(planned(type, prior, { cidr_ipv4: null, referenced_security_group_id: "sg-1" }).forced).toContain(
      "cidr_ipv4",
    );
  });

  it("aws_eip: another interface means another association", () => {
    const prior = {
      network_interface: "eni-1",
      private_ip: "10.0.0.4",
      association_id: "a",
      instance: "i-1",
    };
    const { next } = planned("aws_eip", prior, { network_interface: "eni-2" });

    expect(next).toMatchObject({ private_ip: UNKNOWN, association_id: UNKNOWN, instance: UNKNOWN });
  });
});

describe("what every type of AWS plans", () => {
  const block: Block = { attributes: [either("region"), either("tags_all"), optional("tags")], blocks: [] };
  const settings = { region: "eu-west-1", defaultTags: { cluster: "c", Name: "default" } };

  test.each([
    ["both", { Name: "own" }, { cluster: "c", Name: "own" }],
    ["no tags of its own", null, { cluster: "c", Name: "default" }],
    ["a tag not known yet", { Name: UNKNOWN }, { cluster: "c", Name: UNKNOWN }],
    ["tags not known yet", UNKNOWN, UNKNOWN],
  ])("all tags: %s", (_, tags, expected) => {
    const planned = { tags, tags_all: UNKNOWN };
    awsProvider.completePlan(block, { prior: null, config: { tags }, planned }, settings);

    expect(planned).toEqual({ tags, tags_all: expected, region: "eu-west-1" });
  });

  it("the region of the resource before that of the provider", () => {
    const planned = { region: "us-east-1" };
    awsProvider.completePlan(block, { prior: null, config: { region: "us-east-1" }, planned }, settings);

    expect(planned.region).toBe("us-east-1");
  });
});
