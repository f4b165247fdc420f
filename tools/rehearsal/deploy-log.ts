/** What Terraform says it does with a resource. */
export type ResourceVerb = "creating" | "created" | "destroying" | "destroyed" | "modified";

/** One line of Terraform's, understood. `resource` is the construct's path where cdktf tells it, else the address. */
export type DeployEvent =
  | {
      readonly kind: "resource";
      readonly verb: ResourceVerb;
      readonly resource: string;
      readonly took: string;
    }
  | { readonly kind: "output"; readonly resource: string; readonly text: string }
  | { readonly kind: "summary"; readonly text: string };

// Colours, and the cursor movements by which cdktf redraws its spinner.
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** An instance's key. */
const KEY = String.raw`(\["[^"]*"\]|\[\d+\])?`;

/** An address; cdktf puts the construct's path between it and the key. */
const RESOURCE = String.raw`([a-z][a-z0-9_]*\.[\w-]+)(?: \(([^()]+)\))?${KEY}`;

const VERBS: readonly (readonly [RegExp, ResourceVerb])[] = [
  [new RegExp(`${RESOURCE}: Creating\\.\\.\\.`), "creating"],
  [new RegExp(`${RESOURCE}: Creation complete after (\\S+)`), "created"],
  [new RegExp(`${RESOURCE}: Destroying\\.\\.\\.`), "destroying"],
  [new RegExp(`${RESOURCE}: Destruction complete after (\\S+)`), "destroyed"],
  [new RegExp(`${RESOURCE}: Modifications complete after (\\S+)`), "modified"],
];

const OUTPUT = new RegExp(`${RESOURCE} \\((?:remote|local)-exec\\): (.*)$`);

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
    if (match !== null) return { kind: "resource", verb, resource: nameOf(match), took: match[4] ?? "" };
  }
  const output = OUTPUT.exec(text);
  if (output !== null) return { kind: "output", resource: nameOf(output), text: output[4] as string };
  const summary = SUMMARY.exec(text);
  return summary === null ? undefined : { kind: "summary", text: summary[1] as string };
}

function nameOf(match: RegExpExecArray): string {
  return `${match[2] ?? match[1]}${match[3] ?? ""}`;
}
