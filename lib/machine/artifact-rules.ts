import { Token } from "cdktf";
import { DOCKER_IMAGE } from "../private/docker-image";
import type { ArtifactRoute } from "./artifact-route";
import type { ArtifactName } from "./artifacts";

/** No quotes, spaces and the like: a machine writes it into files of apt and of curl. */
const ADDRESS = /^https?:\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?:\/[\w.~+%@=:,/-]*)?$/;

/** What a field must be, by its name in a route. */
const FIELDS: Readonly<Record<string, readonly [pattern: RegExp, rule: string]>> = {
  package: [/^[a-z0-9][a-z0-9+.-]+$/, 'name a package like "docker.io"'],
  version: [/^[A-Za-z0-9.+~:-]+\*?$/, 'have a version like "1.11.0-0.7.1"'],
  url: [ADDRESS, 'have a URL like "https://example.com/mesos.deb"'],
  keyUrl: [ADDRESS, 'have a URL of its key like "https://example.com/key.asc"'],
  keyFingerprint: [/^[0-9A-F]{40}$/, "have a fingerprint of its key of 40 hexadecimal digits"],
  sha256: [/^[0-9a-f]{64}$/, "have a sha256 of 64 hexadecimal digits"],
  image: [DOCKER_IMAGE, 'name an image like "avhost/weave:3.0.2"'],
};

const KIND_NAMES: Readonly<Record<ArtifactRoute["kind"], string>> = {
  distribution: "a package of the distribution",
  apt: "a package of a repository",
  download: "a download",
  image: "an image",
  onImage: "onImage",
};

/** Whether an address is a URL of http or https that machines can use as it is. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** What is wrong with a route, as the end of an error's sentence; `undefined` for nothing. */
export function routeProblem(name: ArtifactName, route: ArtifactRoute): string | undefined {
  if (route.kind !== "onImage" && (route.kind === "image") !== (name === "weaveImages")) {
    const wanted = name === "weaveImages" ? "an image" : "a package or a download";
    return `must be ${wanted}, or onImage, got ${KIND_NAMES[route.kind]}`;
  }
  for (const [field, value] of Object.entries(route)) {
    const [pattern, rule] = FIELDS[field] ?? [];
    if (pattern === undefined || value === undefined) continue;
    if (Token.isUnresolved(value)) return "must be known at synth, got a token; give the text itself";
    if (!pattern.test(String(value))) return `must ${rule}, got ${JSON.stringify(value)}`;
  }
  return undefined;
}

/** What is wrong with trusting what a route brings; `undefined` for nothing. */
export function trustProblem(route: ArtifactRoute): string | undefined {
  if (route.kind !== "download" || route.sha256 !== undefined || route.allowUnverified) return undefined;
  if (route.url.startsWith("https:")) return undefined;
  return (
    "must have a sha256 to come over plain HTTP, where anyone in between may change it, " +
    `got ${JSON.stringify(route.url)}; give its sha256, or set allowUnverified`
  );
}
