import type { ValueType } from "./schema";

/** What holds the instances of a structure. */
export type StructShape = "list" | "set" | "map" | "single";

/** One attribute or block as a class of the bindings declares it. */
export interface Member {
  /** Name as Terraform spells it. */
  readonly name: string;
  readonly computed: boolean;
  readonly optional: boolean;
  readonly required: boolean;
  /** Type of a plain attribute; absent for a structure. */
  readonly type?: ValueType;
  /** Name of the structure, and what its instances are held in; absent for a plain attribute. */
  readonly struct?: { readonly name: string; readonly shape: StructShape };
}

/** An attribute as a function or method that renders HCL declares it. */
export interface HclEntry {
  readonly name: string;
  readonly isBlock: boolean;
  readonly type: string;
  readonly storage: string;
}

/** The original TypeScript of one file of the bindings, cut into the parts that matter. */
export class BindingSource {
  private readonly classes = new Map<string, { readonly parent: string; readonly body: string }>();

  constructor(private readonly text: string) {
    for (const part of text.split(/^(?=export class )/m)) {
      const head = /^export class (\w+) extends ([\w.]+)/.exec(part);
      if (head?.[1] && head[2]) this.classes.set(head[1], { parent: head[2], body: part });
    }
  }

  /** Name of the resource, data source or provider the file is about. */
  get mainClass(): string {
    const parents = ["cdktf.TerraformResource", "cdktf.TerraformDataSource", "cdktf.TerraformProvider"];
    for (const [name, { parent }] of this.classes) if (parents.includes(parent)) return name;
    throw new Error("a file of the bindings declares neither a resource, a data source nor a provider");
  }

  /** Whether the file declares a class of this name. */
  hasClass(className: string): boolean {
    return this.classes.has(className);
  }

  /** Attributes and blocks a class declares. */
  members(className: string): Member[] {
    const body = this.classes.get(className)?.body ?? "";
    return body
      .split(/^(?=\s*\/\/ \w+ - computed: )/m)
      .map((part) => this.member(part))
      .filter((member) => member !== undefined);
  }

  /** What a structure's instances are held in, where the class alone does not tell a list of one from a single. */
  singleShape(struct: string): StructShape {
    const type = this.hclType(`${struct}List`) ?? this.hclType(struct);
    return type === "list" || type === "set" ? type : "single";
  }

  /** Entries of the method that renders a class, or of the function that renders a structure. */
  hclEntries(owner: string): HclEntry[] {
    const start = this.classes.get(owner)?.body ?? this.rendererOf(owner);
    const entry =
      /^\s*(\w+): \{\n\s*value: .*\n\s*isBlock: (\w+),\n\s*type: "(\w+)",\n\s*storageClassType: "(\w+)",/gm;
    return [...start.matchAll(entry)].map(([, name, isBlock, type, storage]) => ({
      name: name ?? "",
      isBlock: isBlock === "true",
      type: type ?? "",
      storage: storage ?? "",
    }));
  }

  /** Names, as Terraform spells them, of the properties an interface requires. */
  requiredProperties(interfaceName: string): Set<string> {
    const body = between(this.text, `export interface ${interfaceName} {`, "\n}");
    const property = /#(\w+) \w+#\w+\}\s*\*\/\s*readonly \w+(\??):/g;
    return new Set(
      [...body.matchAll(property)].filter(([, , mark]) => mark === "").map(([, name]) => name ?? ""),
    );
  }

  private rendererOf(struct: string): string {
    const name = struct.charAt(0).toLowerCase() + struct.slice(1);
    return between(this.text, `export function ${name}ToHclTerraform(`, "\n}");
  }

  private hclType(storage: string): string | undefined {
    return new RegExp(`type: "(\\w+)",\\s*storageClassType: "${storage}"`).exec(this.text)?.[1];
  }

  private member(part: string): Member | undefined {
    const head = /^\s*\/\/ (\w+) - computed: (\w+), optional: (\w+), required: (\w+)/.exec(part);
    if (!head?.[1]) return undefined;
    const flags = {
      computed: head[2] === "true",
      optional: head[3] === "true",
      required: head[4] === "true",
    };
    const struct = /= new (\w+?)(MapList|List|Map|OutputReference)\(this, "\w+"(?:, (true|false))?\)/.exec(
      part,
    );
    if (!struct?.[1]) return { name: head[1], ...flags, type: plainType(part) };
    const shape = structShape(struct[2] ?? "", struct[3] === "true");
    return {
      name: head[1],
      ...flags,
      struct: { name: struct[1], shape: shape ?? this.singleShape(struct[1]) },
    };
  }
}

function structShape(suffix: string, wrapsSet: boolean): StructShape | undefined {
  if (suffix === "OutputReference") return undefined;
  return suffix === "List" ? (wrapsSet ? "set" : "list") : "map";
}

/** How the getter of an attribute reads it, and the type that means; the first that matches decides. */
const GETTERS: readonly (readonly [RegExp, ValueType])[] = [
  [/new cdktf\.StringMap\(|getStringMapAttribute\(/, ["map", "string"]],
  [/new cdktf\.NumberMap\(|getNumberMapAttribute\(/, ["map", "number"]],
  [/new cdktf\.BooleanMap\(|getBooleanMapAttribute\(/, ["map", "bool"]],
  [/Fn\.tolist\(this\.getNumberListAttribute\(/, ["set", "number"]],
  [/Fn\.tolist\(this\.getListAttribute\(/, ["set", "string"]],
  [/getNumberListAttribute\(/, ["list", "number"]],
  [/getListAttribute\(/, ["list", "string"]],
  [/getStringAttribute\(/, "string"],
  [/getNumberAttribute\(/, "number"],
  [/getBooleanAttribute\(/, "bool"],
];

function plainType(part: string): ValueType {
  return GETTERS.find(([getter]) => getter.test(part))?.[1] ?? "dynamic";
}

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start);
  return from < 0 ? "" : text.slice(from, text.indexOf(end, from));
}
