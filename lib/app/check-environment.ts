import { parseCidr } from "../network/cidr";
import { checkPrivateKeyFile } from "./private-key-file";

/**
 * Refuses at synth what Terraform would refuse later, for variables that are set in the environment.
 *
 * Terraform's own validations stay: a variable may also be given on its command line.
 *
 * @throws Error naming the variable, the value and the way out
 */
export function checkEnvironment(env: Record<string, string | undefined>): void {
  const keyFile = env.TF_VAR_private_key_file;
  if (keyFile !== undefined) checkPrivateKeyFile(keyFile, env.HOME ?? "");
  for (const name of ["admin_cidrs", "shop_cidrs"]) {
    const text = env[`TF_VAR_${name}`];
    if (text !== undefined) checkCidrs(`TF_VAR_${name}`, text);
  }
}

function checkCidrs(name: string, text: string): void {
  const refuse = (got: unknown) =>
    new Error(`${name} must be a list of networks like ["203.0.113.7/32"], got ${JSON.stringify(got)}`);
  // A trailing comma is HCL, not JSON, and Terraform takes it.
  const list = tryJson(text.replace(/,\s*\]\s*$/, "]"));
  if (!Array.isArray(list)) throw refuse(text);
  for (const cidr of list) {
    if (typeof cidr !== "string" || parseCidr(cidr) === undefined) throw refuse(cidr);
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
