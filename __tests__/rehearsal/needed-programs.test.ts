import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { recentTerraform, requirePrograms } from "../../tools/rehearsal/needed-programs";
import { temporaryDirectory } from "./support";

const json = (version: string) =>
  JSON.stringify({ terraform_version: version, platform: "linux_amd64" }, undefined, 2);

describe("requirePrograms", () => {
  const { directory, remove } = temporaryDirectory();
  const path = process.env.PATH;
  afterAll(() => {
    process.env.PATH = path;
    remove();
  });

  it("names each program that is missing, and how it is had", () => {
    for (const name of ["bash", "curl", "flock", "ssh", "unshare"]) {
      writeFileSync(join(directory, name), "#!/bin/sh\n");
      chmodSync(join(directory, name), 0o755);
    }
    process.env.PATH = directory;

    expect(requirePrograms).toThrow(
      new Error(
        "rehearsal: every program it runs must be on PATH, got none named " +
          "terraform (https://developer.hashicorp.com/terraform/install), jq (package jq), ip (package iproute2); " +
          "install what is missing",
      ),
    );
  });
});

describe("recentTerraform", () => {
  test.each(["1.10.0", "1.11.4", "2.0.0-alpha1"])("takes %s", (version) => {
    expect(recentTerraform(json(version))).toBe(version);
  });

  test.each(["1.9.8", "0.15.0"])("fails for %s", (version) => {
    expect(() => recentTerraform(json(version))).toThrow(
      new Error(
        `rehearsal: terraform must be 1.10 or newer, got "${version}"; ` +
          "install it from https://developer.hashicorp.com/terraform/install",
      ),
    );
  });

  it("fails for what is no Terraform", () => {
    expect(() => recentTerraform("")).toThrow('rehearsal: terraform must be 1.10 or newer, got "";');
  });
});
