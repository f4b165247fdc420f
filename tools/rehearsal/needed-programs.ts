import { spawnSync } from "node:child_process";
import { isOnPath } from "./find-program";

/** Programs without which nothing can be rehearsed, and how each is had. */
const NEEDED: Readonly<Record<string, string>> = {
  terraform: "https://developer.hashicorp.com/terraform/install",
  bash: "package bash",
  curl: "package curl",
  jq: "package jq",
  ssh: "package openssh-client",
  ip: "package iproute2",
  flock: "package util-linux",
  unshare: "package util-linux",
};

/** The oldest Terraform that knows all the stacks use: ephemeral variables. */
const OLDEST_TERRAFORM = { major: 1, minor: 10 };

/**
 * Makes sure that this host has what a rehearsal runs.
 *
 * @returns Terraform's version
 * @throws Error that names what is missing or too old, and how it is had
 */
export function requirePrograms(): string {
  const missing = Object.keys(NEEDED).filter((name) => !isOnPath(name));
  if (missing.length > 0) {
    const ways = missing.map((name) => `${name} (${NEEDED[name]})`);
    throw new Error(
      `rehearsal: every program it runs must be on PATH, got none named ${ways.join(", ")}; install what is missing`,
    );
  }
  return recentTerraform(spawnSync("terraform", ["version", "-json"]).stdout.toString());
}

/**
 * Refuses a Terraform that is too old.
 *
 * @param json what `terraform version -json` prints
 * @returns its version
 * @throws Error that says so, with the way out
 */
export function recentTerraform(json: string): string {
  const version = /"terraform_version":\s*"([^"]*)"/.exec(json)?.[1] ?? "";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const oldest = OLDEST_TERRAFORM;
  if (major < oldest.major || (major === oldest.major && minor < oldest.minor)) {
    throw new Error(
      `rehearsal: terraform must be ${oldest.major}.${oldest.minor} or newer, got ${JSON.stringify(version)}; ` +
        `install it from ${NEEDED.terraform}`,
    );
  }
  return version;
}
