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

/** The variables read at synth: `TF_VAR_<name>` in the environment. */
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

/**
 * Reads the settings from an environment, as Terraform would read the same variables.
 *
 * @throws Error naming the variable, the value and the rule
 */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const text = (key: keyof Settings) => {
    const value = env[`TF_VAR_${SETTING_VARIABLES[key].name}`];
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
  return new Error(`TF_VAR_${SETTING_VARIABLES[key].name} must be ${rule}, got ${JSON.stringify(text)}`);
}
