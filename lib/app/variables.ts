import { Fn, Op, TerraformStack, TerraformVariable, type TerraformVariableConfig, Token } from "cdktf";
import { SETTING_VARIABLES, settingEnvName, type Settings } from "./settings";

const CIDR_LIST = {
  type: "list(string)",
  validation: (name: string) => [
    {
      condition: `\${alltrue([for cidr in var.${name} : can(cidrnetmask(cidr)) && try(cidrsubnet(cidr, 0, 0), "") == cidr])}`,
      errorMessage: `${name} must be a list of networks like ["203.0.113.7/32"].`,
    },
  ],
};

/**
 * What a key with a passphrase holds: PEM says so in words, OpenSSH's form in the name of the cipher, which for a key
 * without one is "none" and in base64 always the same.
 *
 * @see https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
const ENCRYPTED_KEY =
  "BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED|BEGIN OPENSSH PRIVATE KEY-----[[:space:]]+b3BlbnNzaC1rZXktdjEAAAAA(?:[^B]|B[^G]|BG[^5]|BG5[^v])";

/**
 * The variables of the app, the same in both stacks: `cdktf deploy mesos sock-shop --var …` hands each to both, and
 * Terraform refuses one it does not know.
 */
export class Variables {
  public readonly accessKey: string;
  public readonly secretKey: string;
  public readonly region: string;
  public readonly keyName: string;
  public readonly privateKeyFile: string;
  public readonly sshPort: number;
  /** How long Terraform tries to log in to a machine, in seconds. */
  public readonly sshTimeoutSec: number;
  /** How long a service may take to start, in seconds. */
  public readonly taskTimeoutSec: number;
  public readonly adminCidrs: string[];
  /** `shop_cidrs`, or `admin_cidrs` where that is not set. */
  public readonly shopCidrs: string[];
  public readonly repair: string;
  /** `cluster_secret`, empty where that is not set. */
  public readonly clusterSecret: string;

  /**
   * @param needsNetworks whether the stack opens the firewall: only then `admin_cidrs` is asked for
   */
  constructor(
    private readonly stack: TerraformStack,
    settings: Settings,
    needsNetworks: boolean,
  ) {
    this.accessKey = this.awsKey("access_key", "AWS access key");
    this.secretKey = this.awsKey("secret_key", "AWS secret key");
    this.region = this.text("aws_region", "AWS region", "eu-west-1");
    this.keyName = this.keyPairName();
    this.privateKeyFile = this.keyFile();
    this.sshPort = this.wholeNumber(
      "ssh_port",
      "Port the SSH server of the machines' image listens on",
      22,
      65535,
    );
    this.sshTimeoutSec = this.seconds("ssh_timeout_sec", "Seconds for which logging in is tried", 900);
    this.taskTimeoutSec = this.seconds("task_timeout_sec", "Seconds a service may take to start", 600);
    const admin = this.cidrs(
      "admin_cidrs",
      "Networks that may open SSH connections",
      needsNetworks ? undefined : [],
    );
    const shop = this.cidrs(
      "shop_cidrs",
      "Networks that may reach the shop; those of admin_cidrs unless set",
      [],
    );
    this.adminCidrs = admin.listValue;
    this.shopCidrs = Token.asList(
      Fn.conditional(Op.gte(Fn.lengthOf(shop.listValue), 1), shop.listValue, admin.listValue),
    );
    this.clusterSecret = this.clusterSecretText();
    this.repair = this.text("repair", "Any new value: every service is reconciled again", "");
    for (const key of Object.keys(SETTING_VARIABLES) as (keyof Settings)[]) this.setting(key, settings[key]);
  }

  private declare(name: string, config: TerraformVariableConfig): TerraformVariable {
    const variable = new TerraformVariable(this.stack, name, { nullable: false, ...config });
    variable.overrideLogicalId(name);
    return variable;
  }

  private text(name: string, description: string, defaultValue?: string): string {
    return this.declare(name, { type: "string", description, default: defaultValue }).stringValue;
  }

  /** Sensitive keeps it from the output; ephemeral from plan and state, where a sensitive value stands in the clear. */
  private secret(
    name: string,
    description: string,
    validation?: TerraformVariableConfig["validation"],
  ): TerraformVariable {
    const config = { type: "string", description, default: "", sensitive: true, validation };
    const variable = this.declare(name, config);
    variable.addOverride("ephemeral", true);
    return variable;
  }

  private awsKey(name: string, description: string): string {
    this.secret(name, `${description}; unset: the provider's usual chain of credentials`);
    return `\${var.${name} == "" ? null : var.${name}}`;
  }

  private clusterSecretText(): string {
    return this.secret(
      "cluster_secret",
      "What all passwords of the cluster are derived from; unset: the private key and the cluster's name",
      [
        {
          condition: '${var.cluster_secret == "" || length(var.cluster_secret) >= 16}',
          errorMessage: "cluster_secret must have at least 16 characters; make one by: openssl rand -hex 32.",
        },
      ],
    ).stringValue;
  }

  /**
   * AWS takes ASCII only, and Terraform hands on nothing else as it was written.
   *
   * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html
   */
  private keyPairName(): string {
    return this.declare("aws_key_name", {
      type: "string",
      description: "Name of the key pair in AWS",
      validation: [
        {
          condition: '${can(regex("^[ -~]{1,255}$", var.aws_key_name))}',
          errorMessage: "aws_key_name must be the name of a key pair: 1 to 255 printable ASCII characters.",
        },
      ],
    }).stringValue;
  }

  /** Everything Terraform's functions can see of the file is checked before a resource exists. */
  private keyFile(): string {
    const path = "pathexpand(var.private_key_file)";
    const text = `try(file(${path}), "")`;
    return this.declare("private_key_file", {
      type: "string",
      description: "Path of the private key: absolute, or beginning with ~/",
      validation: [
        {
          condition: '${can(regex("^(/|~/)", var.private_key_file))}',
          errorMessage: "private_key_file must be an absolute path or begin with ~/.",
        },
        {
          condition: `\${can(fileexists(${path}))}`,
          errorMessage:
            "private_key_file is a directory, or lies where you may not look; name the private key itself.",
        },
        {
          condition: `\${try(fileexists(${path}), true)}`,
          errorMessage:
            "private_key_file does not exist; name the private key whose public half is in the key pair aws_key_name.",
        },
        {
          condition: `\${!try(fileexists(${path}), false) || can(file(${path}))}`,
          errorMessage:
            "private_key_file cannot be read as text; name a key in PEM or OpenSSH form that you may read.",
        },
        {
          condition: `\${${text} == "" || can(regex("-----BEGIN [A-Z ]*PRIVATE KEY-----", ${text}))}`,
          errorMessage:
            "private_key_file is no private key in PEM or OpenSSH form; name the private half, not the .pub file.",
        },
        {
          condition: `\${!can(regex("${ENCRYPTED_KEY}", ${text}))}`,
          errorMessage:
            "private_key_file has a passphrase, and Terraform cannot ask for it; make a key without one for this cluster.",
        },
      ],
    }).stringValue;
  }

  private seconds(name: string, description: string, defaultValue: number): number {
    return this.wholeNumber(name, description, defaultValue, 86400);
  }

  private wholeNumber(name: string, description: string, defaultValue: number, last: number): number {
    return this.declare(name, {
      type: "number",
      description,
      default: defaultValue,
      validation: [
        {
          condition: `\${var.${name} >= 1 && var.${name} <= ${last} && floor(var.${name}) == var.${name}}`,
          errorMessage: `${name} must be a whole number from 1 to ${last}.`,
        },
      ],
    }).numberValue;
  }

  private cidrs(name: string, description: string, defaultValue?: string[]): TerraformVariable {
    return this.declare(name, {
      type: CIDR_LIST.type,
      description,
      default: defaultValue,
      validation: [
        ...CIDR_LIST.validation(name),
        ...(defaultValue === undefined
          ? [
              {
                condition: `\${length(var.${name}) > 0}`,
                errorMessage: `${name} must hold at least one network; nobody could reach the machines.`,
              },
            ]
          : []),
      ],
    });
  }

  /** A setting read at synth is declared too, so that giving it in another way is refused and not ignored. */
  private setting(key: keyof Settings, value: string | number | boolean): void {
    const { name, description } = SETTING_VARIABLES[key];
    this.declare(name, {
      type: typeof value === "boolean" ? "bool" : typeof value,
      description: `${description}; read at synth from ${settingEnvName(key)}`,
      default: value,
      validation: [
        {
          condition: `\${var.${name} == ${JSON.stringify(value)}}`,
          errorMessage: `${name} is read when the configuration is synthesized, where cdktf hides TF_VAR_${name}: set ${settingEnvName(key)} and run cdktf again.`,
        },
      ],
    });
  }
}
