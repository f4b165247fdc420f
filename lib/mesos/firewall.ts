import { SecurityGroup as AwsSecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule as AwsEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule as AwsIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { type ITerraformDependable, TerraformIterator, Token } from "cdktf";
import { Construct } from "constructs";
import { ValidationError } from "../errors";
import { parseCidr } from "../network/cidr";
import { tags } from "../private/tags";
import { PORT_RULES, type PortRule, type Role } from "./ports";

/** Properties for `Firewall`. */
export interface FirewallProps {
  readonly owner: string;
  readonly vpcId: string;
  /** Networks that may open SSH connections to every machine. */
  readonly adminCidrs: string[];
  readonly sshPort: number;
}

/** Ports machines reach on the internet: packages and images. */
const INTERNET_PORTS: readonly { id: string; port: number; why: string }[] = [
  { id: "Https", port: 443, why: "packages and container images over HTTPS" },
  { id: "Http", port: 80, why: "package mirrors of the distribution, whose indexes are signed" },
];

/** A security group for each role and a rule resource for each row of the table of ports, in both directions. */
export class Firewall extends Construct {
  public readonly groupIds: Record<Role, string>;
  /** Every rule: what must exist before a machine is of use, and as long as it shall be. */
  public readonly rules: ITerraformDependable[] = [];
  private readonly owner: string;
  private readonly roles: Record<Role, Construct>;

  constructor(scope: Construct, id: string, props: FirewallProps) {
    super(scope, id);
    this.owner = props.owner;
    this.roles = { masters: new Construct(this, "Masters"), agents: new Construct(this, "Agents") };
    this.groupIds = {
      masters: this.createGroup("masters", props.vpcId),
      agents: this.createGroup("agents", props.vpcId),
    };
    for (const rule of PORT_RULES) for (const from of rule.from) this.allow(rule, from);
    for (const role of ["masters", "agents"] as const) {
      this.allowFromCidrs(
        role,
        "Ssh",
        props.sshPort,
        props.adminCidrs,
        "SSH from the networks of administrators",
      );
      this.allowToInternet(role);
    }
  }

  /**
   * Lets networks reach a TCP port of a role.
   *
   * @throws ValidationError when a network is no CIDR
   */
  public allowFromCidrs(role: Role, id: string, port: number, cidrs: string[], why: string): void {
    const iterator = TerraformIterator.fromList(cidrs);
    this.rules.push(
      new AwsIngressRule(this.roles[role], `${id}FromCidrs`, {
        forEach: iterator,
        securityGroupId: this.groupIds[role],
        cidrIpv4: Token.asString(iterator.value),
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        description: why,
        tags: tags(this.owner, `${role}-${id.toLowerCase()}`),
      }),
    );
  }

  private createGroup(role: Role, vpcId: string): string {
    return new AwsSecurityGroup(this.roles[role], "Resource", {
      vpcId,
      namePrefix: `${this.owner}-${role}-`,
      description: `${role} of the Mesos cluster ${this.owner}`,
      tags: tags(this.owner, role),
      // A changed description makes a new group; the old one is in use until the machines have moved.
      lifecycle: { createBeforeDestroy: true },
    }).id;
  }

  private allow(rule: PortRule, from: Role): void {
    const label = from === "masters" ? "Masters" : "Agents";
    const common = {
      ipProtocol: rule.protocol,
      fromPort: rule.ports?.[0],
      toPort: rule.ports?.[1],
      description: rule.why,
      tags: tags(this.owner, `${from}-to-${rule.to}`),
    };
    this.rules.push(
      new AwsIngressRule(this.roles[rule.to], `${rule.id}From${label}`, {
        securityGroupId: this.groupIds[rule.to],
        referencedSecurityGroupId: this.groupIds[from],
        ...common,
      }),
      new AwsEgressRule(this.roles[from], `${rule.id}To${rule.to === "masters" ? "Masters" : "Agents"}`, {
        securityGroupId: this.groupIds[from],
        referencedSecurityGroupId: this.groupIds[rule.to],
        ...common,
      }),
    );
  }

  private allowToInternet(role: Role): void {
    for (const { id, port, why } of INTERNET_PORTS) {
      this.rules.push(
        new AwsEgressRule(this.roles[role], `${id}ToInternet`, {
          securityGroupId: this.groupIds[role],
          cidrIpv4: "0.0.0.0/0",
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          description: why,
          tags: tags(this.owner, `${role}-${id.toLowerCase()}`),
        }),
      );
    }
  }
}

/**
 * Refuses what is no network. A list that is a token (a Terraform variable) is checked by the variable's own validation.
 *
 * @throws ValidationError naming the property and the value
 */
export function validateCidrs(scope: Construct, property: string, cidrs: string[]): void {
  if (Token.isUnresolved(cidrs)) return;
  for (const cidr of cidrs) {
    if (!Token.isUnresolved(cidr) && parseCidr(cidr) === undefined) {
      throw new ValidationError(
        scope,
        `'${property}' must hold networks like "203.0.113.7/32", got ${JSON.stringify(cidr)}`,
      );
    }
  }
}

/**
 * Refuses what AWS refuses as description of a rule.
 *
 * @throws ValidationError naming the property and the value
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
 */
export function validateDescription(scope: Construct, property: string, text: string): void {
  if (!/^[A-Za-z0-9 ._:/()#,@[\]+=&;{}!$*-]{1,255}$/.test(text) || text.includes("${")) {
    throw new ValidationError(
      scope,
      `'${property}' must be at most 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, got ${JSON.stringify(text)}`,
    );
  }
}
