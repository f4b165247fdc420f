/** What Terraform says it does with a resource. */
export type ResourceVerb = "creating" | "created" | "destroying" | "destroyed" | "modified";

/** One line of Terraform's, understood. */
export type DeployEvent =
  | {
      readonly kind: "resource";
      readonly verb: ResourceVerb;
      readonly address: string;
      readonly took: string;
    }
  | { readonly kind: "output"; readonly address: string; readonly text: string }
  | { readonly kind: "summary"; readonly text: string };

// Colours, and the cursor movements by which cdktf redraws its spinner.
// eslint-disable-next-line no-control-regex -- an escape sequence begins with a control character
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g;

const ADDRESS = String.raw`[a-z][a-z0-9_]*\.[\w-]+(?:\["[^"]*"\]|\[\d+\])?`;

const VERBS: readonly (readonly [RegExp, ResourceVerb])[] = [
  [new RegExp(`(${ADDRESS}): Creating\\.\\.\\.`), "creating"],
  [new RegExp(`(${ADDRESS}): Creation complete after (\\S+)`), "created"],
  [new RegExp(`(${ADDRESS}): Destroying\\.\\.\\.`), "destroying"],
  [new RegExp(`(${ADDRESS}): Destruction complete after (\\S+)`), "destroyed"],
  [new RegExp(`(${ADDRESS}): Modifications complete after (\\S+)`), "modified"],
];

const OUTPUT = new RegExp(`(${ADDRESS}) \\((?:remote|local)-exec\\): (.*)$`);

const SUMMARY = /((?:Apply|Destroy) complete! Resources: .*|No changes\. .*|Plan: \d+ to add.*)$/;

/** A line as a person reads it, without colours and cursor movements. */
export function plainText(line: string): string {
  return line.replace(ESCAPES, "").replace(/\r/g, "").trimEnd();
}

/** Understands one line of what `cdktf deploy` or `terraform apply` prints; `undefined` for all that is decoration. */
export function deployEvent(line: string): DeployEvent | undefined {
  const text = plainText(line);
  for (const [pattern, verb] of VERBS) {
    const match = pattern.exec(text);
    if (match !== null) return { kind: "resource", verb, address: match[1] as string, took: match[2] ?? "" };
  }
  const output = OUTPUT.exec(text);
  if (output !== null) return { kind: "output", address: output[1] as string, text: output[2] as string };
  const summary = SUMMARY.exec(text);
  return summary === null ? undefined : { kind: "summary", text: summary[1] as string };
}
