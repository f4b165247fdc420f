import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/** A provider whose types are known from the bindings installed for it. */
export type ProviderName = "aws" | "null";

/** Where a class of the bindings comes from. */
export type BindingKind = "provider" | "resource" | "data";

/** The bindings of one provider, as installed in a project. */
export class Bindings {
  private readonly libDirectory: string;

  /**
   * @param provider the provider they are for
   * @param directory folder from which `@cdktf/provider-…` is looked up, as `require` would from there
   * @throws when they are not installed there
   */
  constructor(
    public readonly provider: ProviderName,
    directory: string,
  ) {
    this.libDirectory = join(packageDirectory(`@cdktf/provider-${provider}`, directory), "lib");
  }

  /** Whether the bindings have this type. */
  has(kind: BindingKind, type: string): boolean {
    return existsSync(this.file(kind, type));
  }

  /** All types of a kind, as Terraform spells them. */
  types(kind: "resource" | "data"): string[] {
    const prefix = `data-${this.provider}-`;
    return readdirSync(this.libDirectory)
      .filter((entry) => !entry.includes(".") && entry !== "provider")
      .filter((entry) => entry.startsWith(prefix) === (kind === "data"))
      .map((entry) =>
        this.typeName(kind === "data" ? entry.slice("data-".length) : `${this.provider}-${entry}`),
      );
  }

  /**
   * The TypeScript a class of the bindings was compiled from: unlike the compiled file it says of every attribute
   * whether it is computed, optional or required.
   *
   * @throws when the file carries no source map
   */
  source(kind: BindingKind, type: string): string {
    const file = this.file(kind, type);
    const map = /^\/\/# sourceMappingURL=data:application\/json;base64,(.+)$/m.exec(
      readFileSync(file, "utf8"),
    );
    const parsed = JSON.parse(Buffer.from(map?.[1] ?? "e30=", "base64").toString("utf8")) as {
      sourcesContent?: string[];
    };
    const source = parsed.sourcesContent?.[0];
    if (source === undefined) {
      throw new Error(
        `the bindings' file ${JSON.stringify(file)} holds no inline source map, from which schemas are derived; install @cdktf/provider-${this.provider} from the registry`,
      );
    }
    return source;
  }

  private file(kind: BindingKind, type: string): string {
    const name = type.replaceAll("_", "-");
    const folder =
      kind === "provider"
        ? "provider"
        : kind === "data"
          ? `data-${name}`
          : name.slice(this.provider.length + 1);
    return join(this.libDirectory, folder, "index.js");
  }

  private typeName(folder: string): string {
    return folder.replaceAll("-", "_");
  }
}

function packageDirectory(name: string, directory: string): string {
  try {
    const from = createRequire(join(resolve(directory), "package.json"));
    return dirname(from.resolve(`${name}/package.json`));
  } catch {
    throw new Error(
      `the bindings ${name} are not installed in ${JSON.stringify(directory)}; run: npm install ${name}`,
    );
  }
}
