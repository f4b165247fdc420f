import { ArtifactSource } from "../machine/artifact-source";
import { ARTIFACTS } from "../machine/artifacts";
import type { NodeOptions } from "../mesos/node-options";

/** Where machines get what they are made of, as cdktf.json says. */
export type ArtifactSettings = Pick<NodeOptions, "artifacts" | "artifactMirror">;

/** Fields of a source as JSON has it; those not asked for are `undefined`. */
type Fields = Readonly<Record<string, string>> & { readonly allowUnverified?: boolean };

/** What a source of a kind has in JSON, and what it is. */
interface Kind {
  readonly needs: readonly string[];
  readonly mayHave: readonly string[];
  readonly source: (fields: Fields) => ArtifactSource;
}

const text = (fields: Fields, name: string) => fields[name] as string;

const KINDS: ReadonlyMap<unknown, Kind> = new Map(
  Object.entries<Kind>({
    distribution: {
      needs: ["package"],
      mayHave: [],
      source: (fields) => ArtifactSource.distribution(text(fields, "package")),
    },
    apt: {
      needs: ["package", "url", "keyUrl", "keyFingerprint"],
      mayHave: ["version"],
      source: (fields) =>
        ArtifactSource.apt({
          packageName: text(fields, "package"),
          version: fields.version,
          url: text(fields, "url"),
          keyUrl: text(fields, "keyUrl"),
          keyFingerprint: text(fields, "keyFingerprint"),
        }),
    },
    download: {
      needs: ["url"],
      mayHave: ["sha256", "allowUnverified"],
      source: (fields) => ArtifactSource.download(text(fields, "url"), fields),
    },
    image: { needs: ["image"], mayHave: [], source: (fields) => ArtifactSource.image(text(fields, "image")) },
    onImage: { needs: [], mayHave: [], source: () => ArtifactSource.onImage() },
  }),
);

/**
 * Reads `context.artifacts` and `context.artifactMirror` of cdktf.json. Only their form is checked here; `MesosCluster`
 * checks the values.
 *
 * @throws Error naming the place, the rule and what was found there
 */
export function readArtifacts(artifacts: unknown, mirror: unknown): ArtifactSettings {
  if (mirror !== undefined && typeof mirror !== "string")
    throw refusal("artifactMirror", "be a text", mirror);
  return { artifacts: artifacts === undefined ? undefined : sources(artifacts), artifactMirror: mirror };
}

function sources(artifacts: unknown): ArtifactSettings["artifacts"] {
  const names = Object.keys(ARTIFACTS);
  const rule = `be an object with lists of sources by the names ${names.join(", ")}`;
  if (!isObject(artifacts)) throw refusal("artifacts", rule, artifacts);
  const entries = Object.entries(artifacts).map(([name, list]) => {
    if (!names.includes(name)) throw refusal("artifacts", rule, name);
    if (!Array.isArray(list)) throw refusal(`artifacts.${name}`, "be a list of sources", list);
    return [name, list.map((source, index) => readSource(`artifacts.${name}[${index}]`, source))];
  });
  return Object.fromEntries(entries) as ArtifactSettings["artifacts"];
}

function readSource(place: string, json: unknown): ArtifactSource {
  const { kind, ...fields } = isObject(json) ? json : {};
  const known = KINDS.get(kind);
  if (known === undefined) {
    throw refusal(place, `be an object whose kind is one of ${[...KINDS.keys()].join(", ")}`, json);
  }
  const { needs, mayHave, source } = known;
  const isWhole = needs.every((name) => name in fields);
  const isKnown = Object.entries(fields).every(
    ([name, value]) =>
      [...needs, ...mayHave].includes(name) &&
      typeof value === (name === "allowUnverified" ? "boolean" : "string"),
  );
  if (!isWhole || !isKnown) throw refusal(place, shape(known), json);
  return source(fields as Fields);
}

function shape({ needs, mayHave }: Kind): string {
  const optional = mayHave.length === 0 ? "" : `, and may have ${mayHave.join(", ")}`;
  return needs.length === 0 ? "have nothing but its kind" : `have ${needs.join(", ")}${optional}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refusal(place: string, rule: string, value: unknown): Error {
  return new Error(`context.${place} in cdktf.json must ${rule}, got ${JSON.stringify(value)}`);
}
