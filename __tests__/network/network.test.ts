import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { type TerraformStack, TerraformVariable } from "cdktf";

import { NatGateways, Network, type NetworkProps } from "../../lib/network/network";
import { testNetwork, testStack } from "../support/stacks";
import { allResources, type Block, dataSourcesOf, resourcesOf } from "../support/template";

const VPC = "${aws_vpc.Network_1C6012B5.id}";
const GATEWAY = "${aws_internet_gateway.Network_InternetGateway_D8FF3F66.id}";

function tags(part: string): Record<string, string> {
  return { Name: `demo-${part}`, "cdktf-mesos:cluster": "demo" };
}

function synthesized(props: Partial<NetworkProps> = {}): TerraformStack {
  const stack = testStack();
  testNetwork(stack, props);
  return stack;
}

function counts(stack: TerraformStack): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const { type } of allResources(stack)) numbers[type] = (numbers[type] ?? 0) + 1;
  return numbers;
}

/** Address of a resource, without the hash of its logical id. */
function shortName(reference: string): string {
  return reference.replace(/^\$\{(?:data\.)?[a-z_]+\.(.*?)(?:_[0-9A-F]{8})?\.[a-z_]+\}$/, "$1");
}

describe("Network", () => {
  describe("by default", () => {
    const stack = testStack();
    new Network(stack, "Network", { networkName: "demo" });

    it("is a VPC of 10.0.0.0/16 with names for its machines", () => {
      expect(resourcesOf(stack, Vpc)).toEqual([
        {
          cidr_block: "10.0.0.0/16",
          enable_dns_hostnames: true,
          enable_dns_support: true,
          tags: tags("vpc"),
        },
      ]);
    });

    it("lets nothing pass in its default security group", () => {
      expect(resourcesOf(stack, DefaultSecurityGroup)).toEqual([
        { vpc_id: VPC, tags: tags("default-closed") },
      ]);
    });

    it("has one public subnet in each of the first two zones that are available, and keeps them", () => {
      expect(resourcesOf(stack, Subnet)).toEqual(
        [0, 1].map((index) => ({
          vpc_id: VPC,
          availability_zone: `\${element(data.aws_availability_zones.Network_Zones_73A0D929.names, ${index})}`,
          cidr_block: ["10.0.16.0/20", "10.0.32.0/20"][index],
          tags: tags(`public-${index + 1}`),
          lifecycle: { ignore_changes: ["availability_zone"] },
        })),
      );
    });

    it("looks up zones that need no opt-in, and says in its own words when they are too few", () => {
      expect(dataSourcesOf(stack, DataAwsAvailabilityZones)).toEqual([
        {
          state: "available",
          filter: [
            {
              name: "zone-name",
              values: ["a", "b", "c", "d", "e", "f"].map(
                (letter) => `\${data.aws_region.Network_Region_73A7EACD.region}${letter}`,
              ),
            },
            { name: "opt-in-status", values: ["opt-in-not-required"] },
          ],
          lifecycle: {
            postcondition: [
              {
                condition: "${length(self.names) >= 2}",
                error_message:
                  "test/Network: 'zones' is 2, but the region has fewer zones; lower 'zones' or choose another region",
              },
            ],
          },
        },
      ]);
    });

    it("routes its subnets to the internet", () => {
      const table = "${aws_route_table.Network_Public_RouteTable_A1610E6C.id}";

      expect(resourcesOf(stack, InternetGateway)).toEqual([{ vpc_id: VPC, tags: tags("internet") }]);
      expect(resourcesOf(stack, RouteTable)).toEqual([{ vpc_id: VPC, tags: tags("public") }]);
      expect(resourcesOf(stack, Route)).toEqual([
        { route_table_id: table, destination_cidr_block: "0.0.0.0/0", gateway_id: GATEWAY },
      ]);
      expect(resourcesOf(stack, RouteTableAssociation)).toEqual([
        { route_table_id: table, subnet_id: "${aws_subnet.Network_Public_Zone1_1982156B.id}" },
        { route_table_id: table, subnet_id: "${aws_subnet.Network_Public_Zone2_29621420.id}" },
      ]);
    });

    it("makes nothing else", () => {
      expect(counts(stack)).toEqual({
        aws_default_security_group: 1,
        aws_internet_gateway: 1,
        aws_route: 1,
        aws_route_table: 1,
        aws_route_table_association: 2,
        aws_subnet: 2,
        aws_vpc: 1,
      });
    });
  });

  describe("zones", () => {
    test.each([1, 2, 3, 4, 5, 6])("makes %i public and as many private subnets", (zones) => {
      const subnets = resourcesOf(synthesized({ zones, privateSubnets: true }), Subnet);

      expect(subnets.map(({ tags: { Name } }) => Name).sort()).toEqual(
        ["private", "public"].flatMap((kind) =>
          Array.from({ length: zones }, (_, index) => `demo-${kind}-${index + 1}`),
        ),
      );
      expect(new Set(subnets.map(({ cidr_block }) => cidr_block)).size).toBe(2 * zones);
    });

    it("are as many as are named, and names are followed", () => {
      const stack = testStack();
      new Network(stack, "Network", { networkName: "demo", availabilityZones: ["eu-west-1c"] });

      expect(resourcesOf(stack, Subnet)).toEqual([
        {
          vpc_id: VPC,
          availability_zone: "eu-west-1c",
          cidr_block: "10.0.16.0/20",
          tags: tags("public-1"),
        },
      ]);
      expect(dataSourcesOf(stack, DataAwsAvailabilityZones)).toEqual([]);
    });

    it("are asked for by number when looked up", () => {
      const stack = testStack();
      const { availabilityZones } = new Network(stack, "Network", { networkName: "demo", zones: 3 });

      expect(availabilityZones).toHaveLength(3);
      expect(dataSourcesOf(stack, DataAwsAvailabilityZones)[0].lifecycle.postcondition[0].condition).toBe(
        "${length(self.names) >= 3}",
      );
    });
  });

  describe("NAT gateways", () => {
    function privateRoutes(props: Partial<NetworkProps>): Record<string, string> {
      const routes: Block[] = resourcesOf(synthesized(props), Route);
      return Object.fromEntries(
        routes
          .filter(({ nat_gateway_id }) => nat_gateway_id !== undefined)
          .map((route) => [shortName(route.route_table_id), shortName(route.nat_gateway_id)]),
      );
    }

    test.each([
      ["NONE", { privateSubnets: true }, {}],
      [
        "ONE",
        { natGateways: NatGateways.ONE },
        {
          Network_Private_RouteTable1: "Network_Private_Nat1",
          Network_Private_RouteTable2: "Network_Private_Nat1",
        },
      ],
      [
        "ONE_PER_ZONE",
        { natGateways: NatGateways.ONE_PER_ZONE },
        {
          Network_Private_RouteTable1: "Network_Private_Nat1",
          Network_Private_RouteTable2: "Network_Private_Nat2",
        },
      ],
    ])("%s routes each private subnet as it says", (_, props, routes) => {
      expect(privateRoutes(props)).toEqual(routes);
    });

    it("stand in the public subnet of their zone with an address of their own, once it reaches the internet", () => {
      const stack = synthesized({ natGateways: NatGateways.ONE_PER_ZONE });
      const internet = [
        "aws_route.Network_Public_InternetRoute_C05D71AC",
        "aws_route_table_association.Network_Public_Zone1_RouteTableAssociation_3B126416",
        "aws_route_table_association.Network_Public_Zone2_RouteTableAssociation_0B9E280B",
      ];

      expect(resourcesOf(stack, Eip)).toEqual(
        [1, 2].map((zone) => ({ domain: "vpc", depends_on: internet, tags: tags(`nat-${zone}`) })),
      );
      expect(resourcesOf(stack, NatGateway)).toEqual([
        {
          allocation_id: "${aws_eip.Network_Private_Nat1_Address_A6227179.id}",
          subnet_id: "${aws_subnet.Network_Public_Zone1_1982156B.id}",
          depends_on: internet,
          tags: tags("nat-1"),
        },
        {
          allocation_id: "${aws_eip.Network_Private_Nat2_Address_64D33FA4.id}",
          subnet_id: "${aws_subnet.Network_Public_Zone2_29621420.id}",
          depends_on: internet,
          tags: tags("nat-2"),
        },
      ]);
    });

    it("cost nothing unless asked for", () => {
      const stack = synthesized({ privateSubnets: true });

      expect(resourcesOf(stack, NatGateway)).toEqual([]);
      expect(resourcesOf(stack, Eip)).toEqual([]);
    });

    it("fail where there are no private subnets to use them", () => {
      expect(() => synthesized({ privateSubnets: false, natGateways: NatGateways.ONE })).toThrow(
        new Error(
          `test/Network: 'natGateways' is "one", but 'privateSubnets' is false; leave one of the two out`,
        ),
      );
    });
  });

  it.each(["eu-west-1 a", "a${b}", ""])("fails when a zone is named %j", (zone) => {
    expect(() => synthesized({ availabilityZones: ["eu-west-1a", zone] })).toThrow(
      new Error(
        `test/Network: 'availabilityZones' must be an id of letters, digits and ._:/-, got ${JSON.stringify(zone)}; copy it from AWS`,
      ),
    );
  });

  describe("private subnets", () => {
    it("each have a route table of their own", () => {
      const network = testNetwork(testStack(), { privateSubnets: true });

      expect(new Set(network.privateRouteTableIds).size).toBe(2);
      expect(network.privateSubnetIds).toHaveLength(2);
    });

    it("are absent by default", () => {
      const network = testNetwork(testStack());

      expect([network.privateSubnetIds, network.privateRouteTableIds]).toEqual([[], []]);
    });
  });

  describe("attributes", () => {
    it("give a route table for each public subnet, one and the same", () => {
      const { publicRouteTableIds, publicSubnetIds } = testNetwork(testStack(), { zones: 3 });

      expect([publicSubnetIds.length, publicRouteTableIds.length]).toEqual([3, 3]);
      expect(new Set(publicRouteTableIds).size).toBe(1);
    });

    test.each([
      ["the route and each association", {}, 1 + 2],
      ["private associations too", { privateSubnets: true }, 1 + 2 + 2],
      ["routes through NAT gateways too", { natGateways: NatGateways.ONE }, 1 + 2 + 2 + 2],
    ])("say what reaching the internet needs: %s", (_, props, length) => {
      expect(testNetwork(testStack(), props).internetAccess).toHaveLength(length);
    });

    it("hand out the reserved range, which no subnet uses", () => {
      const network = testNetwork(testStack(), { cidr: "172.20.0.0/20" });

      expect(network.vpcCidr).toBe("172.20.0.0/20");
      expect(network.allocateSubnetCidrs(2)).toEqual(["172.20.0.0/28", "172.20.0.16/28"]);
      expect(network.allocateSubnetCidrs(1)).toEqual(["172.20.0.32/28"]);
    });
  });

  describe("fails when", () => {
    function refusal(props: Partial<NetworkProps>): unknown {
      try {
        new Network(testStack(), "Network", { networkName: "demo", ...props });
      } catch (error) {
        return (error as Error).message;
      }
      return undefined;
    }

    test.each([
      [0, "test/Network: 'zones' must be a whole number from 1 to 6, got 0"],
      [7, "test/Network: 'zones' must be a whole number from 1 to 6, got 7"],
      [1.5, "test/Network: 'zones' must be a whole number from 1 to 6, got 1.5"],
      [NaN, "test/Network: 'zones' must be a whole number from 1 to 6, got NaN"],
    ])("zones is %s", (zones, message) => {
      expect(refusal({ zones })).toBe(message);
    });

    it("no zone is named", () => {
      expect(refusal({ availabilityZones: [] })).toBe(
        "test/Network: 'zones' must be a whole number from 1 to 6, got 0",
      );
    });

    it("more or fewer zones are named than are asked for", () => {
      expect(refusal({ zones: 2, availabilityZones: ["eu-west-1a"] })).toBe(
        `test/Network: 'availabilityZones' must name 2 zones, got ["eu-west-1a"]; name as many as 'zones' says`,
      );
    });

    test.each([
      ["10.0.0.0/15", 2, `'cidr' must be no larger than a /16, the largest AWS takes, got "10.0.0.0/15"`],
      ["10.0.0.0/25", 1, `'cidr' must be at most a /24 to hold the subnets of 1 zones, got "10.0.0.0/25"`],
      ["10.0.0.0/24", 2, `'cidr' must be at most a /23 to hold the subnets of 2 zones, got "10.0.0.0/24"`],
      ["10.0.0.0/23", 3, `'cidr' must be at most a /22 to hold the subnets of 3 zones, got "10.0.0.0/23"`],
      ["10.0.0.0/22", 6, `'cidr' must be at most a /21 to hold the subnets of 6 zones, got "10.0.0.0/22"`],
      ["10.0.0.0", 2, `'cidr' must be a network like "10.0.0.0/16", got "10.0.0.0"`],
      ["10.0.0.1/16", 2, `'cidr' must be a network like "10.0.0.0/16", got "10.0.0.1/16"`],
      ["", 2, `'cidr' must be a network like "10.0.0.0/16", got ""`],
    ])("cidr is %j for %i zones", (cidr, zones, message) => {
      expect(refusal({ cidr, zones })).toBe(`test/Network: ${message}`);
    });

    it("cidr is a token", () => {
      const stack = testStack();
      const cidr = new TerraformVariable(stack, "range", { type: "string" }).stringValue;

      expect(() => new Network(stack, "Network", { networkName: "demo", cidr })).toThrow(
        new Error(
          `test/Network: 'cidr' must be known at synth, got a token; give the range itself, like "10.0.0.0/16"`,
        ),
      );
    });

    it("its name cannot be the prefix of names", () => {
      expect(refusal({ networkName: "Demo" })).toBe(
        `test/Network: 'networkName' must be lower-case letters, digits and hyphens, begin with a letter and not end in a hyphen, got "Demo"`,
      );
    });
  });
});
