import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule as EgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule as IngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { type TerraformStack, TerraformVariable } from "cdktf";

import { testCluster, testStack } from "../support/stacks";
import { allResources, type Block, resourcesOf } from "../support/template";

/** All that may pass between machines, as `from > to: protocol ports`. */
const BETWEEN_MACHINES = [
  "agents > agents: 50",
  "agents > agents: tcp 6783",
  "agents > agents: udp 6783-6784",
  "agents > masters: 50",
  "agents > masters: tcp 2181",
  "agents > masters: tcp 5050",
  "agents > masters: tcp 6783",
  "agents > masters: udp 6783-6784",
  "masters > agents: 50",
  "masters > agents: tcp 5051",
  "masters > agents: tcp 6783",
  "masters > agents: udp 6783-6784",
  "masters > masters: 50",
  "masters > masters: tcp 2181",
  "masters > masters: tcp 2888",
  "masters > masters: tcp 3888",
  "masters > masters: tcp 5050",
  "masters > masters: tcp 6783",
  "masters > masters: udp 6783-6784",
];

function role(reference: string): string {
  return /_Firewall_(Masters|Agents)_/.exec(reference)?.[1]?.toLowerCase() ?? reference;
}

function traffic({ ip_protocol, from_port, to_port }: Block): string {
  if (from_port === undefined) return ip_protocol;
  return `${ip_protocol} ${from_port === to_port ? from_port : `${from_port}-${to_port}`}`;
}

function ingress(rule: Block): string {
  const from = role(rule.referenced_security_group_id ?? rule.for_each);
  return `${from} > ${role(rule.security_group_id)}: ${traffic(rule)}`;
}

function egress(rule: Block): string {
  const to = role(rule.referenced_security_group_id ?? rule.cidr_ipv4);
  return `${role(rule.security_group_id)} > ${to}: ${traffic(rule)}`;
}

function betweenMachines(rules: Block[]): Block[] {
  return rules.filter(({ referenced_security_group_id }) => referenced_security_group_id !== undefined);
}

function outside(rules: Block[]): Block[] {
  return rules.filter(({ referenced_security_group_id }) => referenced_security_group_id === undefined);
}

function clusterStack(): TerraformStack {
  const stack = testStack();
  testCluster(stack, { adminCidrs: ["203.0.113.7/32", "198.51.100.0/24"] });
  return stack;
}

describe("Firewall", () => {
  const stack = clusterStack();
  const [into, outOf] = [resourcesOf(stack, IngressRule), resourcesOf(stack, EgressRule)];

  it("has a group for each role, which a new one replaces before it goes", () => {
    expect(resourcesOf(stack, SecurityGroup)).toEqual(
      ["agents", "masters"].map((name) => ({
        vpc_id: "${aws_vpc.Network_1C6012B5.id}",
        name_prefix: `demo-${name}-`,
        description: `${name} of the Mesos cluster demo`,
        tags: { Name: `demo-${name}`, "cdktf-mesos:cluster": "demo" },
        lifecycle: { create_before_destroy: true },
      })),
    );
  });

  it("lets pass between machines what the table of ports says, and nothing else", () => {
    expect(betweenMachines(into).map(ingress).sort()).toEqual(BETWEEN_MACHINES);
  });

  it("lets out of a machine what it lets into another", () => {
    expect(betweenMachines(outOf).map(egress).sort()).toEqual(BETWEEN_MACHINES);
  });

  it("lets administrators in by SSH, and nothing else from outside", () => {
    const admins = '${toset(["203.0.113.7/32", "198.51.100.0/24"])}';

    expect(outside(into).map(ingress).sort()).toEqual([
      `${admins} > agents: tcp 22`,
      `${admins} > masters: tcp 22`,
    ]);
    expect(outside(into).map(({ cidr_ipv4 }) => cidr_ipv4)).toEqual(["${each.value}", "${each.value}"]);
  });

  it("lets machines fetch packages and images, and reach nothing else on the internet", () => {
    expect(outside(outOf).map(egress).sort()).toEqual([
      "agents > 0.0.0.0/0: tcp 443",
      "agents > 0.0.0.0/0: tcp 80",
      "masters > 0.0.0.0/0: tcp 443",
      "masters > 0.0.0.0/0: tcp 80",
    ]);
  });

  it("has no rules inside its groups, where Terraform would fight over them", () => {
    const types = allResources(stack).map(({ type }) => type);

    expect(types).not.toContain("aws_security_group_rule");
    expect(resourcesOf(stack, SecurityGroup).flatMap(Object.keys)).not.toContain("ingress");
  });

  it("says why of every rule, in signs AWS takes", () => {
    const descriptions = [...into, ...outOf].map(({ description }) => description);

    expect(
      descriptions.filter((text) => !/^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{10,255}$/.test(text)),
    ).toEqual([]);
  });

  it("follows the SSH port of the image", () => {
    const other = testStack();
    testCluster(other, { ssh: { privateKeyFile: "/k", port: 2222 } });

    expect(outside(resourcesOf(other, IngressRule)).map(traffic)).toEqual(["tcp 2222", "tcp 2222"]);
  });
});

describe("allowToAgents", () => {
  it("opens a port of the agents to networks, of which Terraform may know more than we", () => {
    const stack = testStack();
    const cidrs = new TerraformVariable(stack, "shop_cidrs", { type: "list(string)" }).listValue;
    testCluster(stack).allowToAgents("Shop", 80, cidrs, "the shop from shop_cidrs");

    const rule = resourcesOf(stack, IngressRule).filter(({ from_port }) => from_port === 80);

    expect(rule).toEqual([
      {
        for_each: "${toset(var.shop_cidrs)}",
        security_group_id: expect.stringContaining("Cluster_Firewall_Agents_"),
        cidr_ipv4: "${each.value}",
        ip_protocol: "tcp",
        from_port: 80,
        to_port: 80,
        description: "the shop from shop_cidrs",
        tags: { Name: "demo-agents-shop", "cdktf-mesos:cluster": "demo" },
      },
    ]);
  });
});

describe("allowToAgents", () => {
  const allow = (port: number, why: string) =>
    testCluster(testStack()).allowToAgents("Web", port, ["10.0.0.0/8"], why);

  it.each([0, 65536, 80.5])("fails for port %d", (port) => {
    expect(() => allow(port, "web")).toThrow(`'port' must be a whole number from 1 to 65535, got ${port}`);
  });

  it.each(["", "it's", "a > b", "é", "${x}", "x".repeat(256)])("fails for the description %j", (why) => {
    expect(() => allow(80, why)).toThrow(
      `'why' must be at most 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, got ${JSON.stringify(why)}`,
    );
  });
});
