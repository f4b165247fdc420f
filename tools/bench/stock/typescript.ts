/** Arguments whose keys are data, not names of arguments. */
const MAPS = new Set([
  "tags",
  "triggers",
  "triggers_replace",
  "environment",
  "input",
  "defaults",
  "value",
  "default",
]);

/** Arguments that are numbers, also where Terraform is told to compute them. */
const NUMBERS = new Set(["port", "from_port", "to_port"]);

/** Libraries of the providers; the names the program imports them by. */
const LIBRARIES: Record<string, string> = { aws: "aws", null: "nullProvider" };

/** Types that cdktf has itself. */
const BUILT_IN: Record<string, string> = {
  terraform_data: "cdktf.DataResource",
  terraform_remote_state: "cdktf.DataTerraformRemoteStateLocal",
};

/** The class of a type: `aws.vpc.Vpc` of `aws_vpc`, and of the data source of that name `aws.dataAwsVpc.DataAwsVpc`. */
export function className(kind: "data" | "resource" | "provider", type: string): string {
  const builtIn = BUILT_IN[type];
  if (builtIn !== undefined) return builtIn;
  const [provider = "", ...words] = type.split("_");
  const library = LIBRARIES[provider];
  if (kind === "provider") return `${library}.provider.${pascalCase(provider)}Provider`;
  const name = kind === "data" ? `data_${type}` : words.join("_");
  return `${library}.${camelCase(name)}.${pascalCase(name)}`;
}

/** A value of Terraform's JSON as an expression in TypeScript, as cdktf's classes take it. */
export function expression(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(expression).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(camelCase(name))}: ${argument(name, member)}`,
  );
  return `{ ${members.join(", ")} }`;
}

function argument(name: string, value: unknown): string {
  if (MAPS.has(name)) return JSON.stringify(value);
  if (NUMBERS.has(name) && typeof value === "string") return `cdktf.Token.asNumber(${JSON.stringify(value)})`;
  if (name === "depends_on") return dependencies(value as string[]);
  return expression(value);
}

/** cdktf takes what has an address where Terraform takes addresses. */
function dependencies(addresses: string[]): string {
  return `[${addresses.map((fqn) => `{ fqn: ${JSON.stringify(fqn)} }`).join(", ")}]`;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}
