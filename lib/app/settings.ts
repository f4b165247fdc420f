/** What shapes the configuration itself, so it must be known when it is synthesized, not only when it is applied. */
export interface Settings {
  readonly clusterName: string;
  readonly masterCount: number;
  readonly masterType: string;
  readonly agentCount: number;
  readonly agentType: string;
  /** Whether the machines are gone for good, so that destroying Sock Shop contacts nothing. */
  readonly forgetCluster: boolean;
}

/** Terraform's own name for a setting's variable, and how its text is read. */
interface SettingVariable<T> {
  readonly name: string;
  readonly default: T;
  readonly description: string;
}

/**
 * The settings: `CDKTF_MESOS_<NAME>` in the environment.
 *
 * Not `TF_VAR_<name>`: the CLI of cdktf hides those from the app it synthesizes.
 *
 * @see https://github.com/hashicorp/terraform-cdk/blob/v0.21.0/packages/%40cdktf/cli-core/src/lib/synth-stack.ts
 */
export const SETTING_VARIABLES: { readonly [K in keyof Settings]: SettingVariable<Settings[K]> } = {
  clusterName: {
    name: "cluster_name",
    default: "sock-shop",
    description: "Prefix of every name, and the value of the tag cdktf-mesos:cluster",
  },
  masterCount: {
    name: "master_count",
    default: 1,
    description: "Masters: 1, 3 or 5; cannot be changed on a live cluster",
  },
  masterType: { name: "master_type", default: "t3.small", description: "Instance type of the masters" },
  agentCount: { name: "agent_count", default: 3, description: "Agents; may change at any time" },
  agentType: { name: "agent_type", default: "t3.large", description: "Instance type of the agents" },
  forgetCluster: {
    name: "forget_cluster",
    default: false,
    description: "true when the machines are gone for good: destroying sock-shop then contacts nothing",
  },
};

/** Name of the environment variable a setting is read from: `CDKTF_MESOS_AGENT_COUNT`. */
export function settingEnvName(key: keyof Settings): string {
  return `CDKTF_MESOS_${SETTING_VARIABLES[key].name.toUpperCase()}`;
}

/**
 * Reads the settings from an environment.
 *
 * @throws Error naming the variable, the value and the rule
 */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const text = (key: keyof Settings) => {
    const value = env[settingEnvName(key)];
    return value === undefined || value === "" ? String(SETTING_VARIABLES[key].default) : value;
  };
  return {
    clusterName: text("clusterName"),
    masterCount: wholeNumber("masterCount", text("masterCount")),
    masterType: text("masterType"),
    agentCount: wholeNumber("agentCount", text("agentCount")),
    agentType: text("agentType"),
    forgetCluster: truth("forgetCluster", text("forgetCluster")),
  };
}

function wholeNumber(key: keyof Settings, text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw refusal(key, "a whole number", text);
  return Number(text);
}

function truth(key: keyof Settings, text: string): boolean {
  if (text !== "true" && text !== "false") throw refusal(key, "true or false", text);
  return text === "true";
}

function refusal(key: keyof Settings, rule: string, text: string): Error {
  return new Error(`${settingEnvName(key)} must be ${rule}, got ${JSON.stringify(text)}`);
}
