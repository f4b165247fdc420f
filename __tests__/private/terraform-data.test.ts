import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TerraformData } from "../../lib/private/terraform-data";
import { testStack } from "../support/stacks";
import { configurationOf } from "../support/template";

describe("TerraformData", () => {
  it("declares Terraform's built-in resource", () => {
    const stack = testStack();
    new TerraformData(stack, "Data", {
      input: { service: "catalogue" },
      triggersReplace: { private_key_file: "/key" },
      dependsOn: [new TerraformData(stack, "First", {})],
    });

    const { terraform_data: data } = configurationOf(stack).resource;

    expect(data.Data).toEqual({
      depends_on: ["terraform_data.First"],
      input: { service: "catalogue" },
      triggers_replace: { private_key_file: "/key" },
    });
  });

  it("lets the app be synthesized where Terraform is not installed", () => {
    const directory = mkdtempSync(join(tmpdir(), "cdktf-mesos-synth-"));
    try {
      const { status, stderr } = spawnSync(process.execPath, ["--require", "tsx/cjs", "main.ts"], {
        cwd: join(__dirname, "../.."),
        env: { HOME: process.env.HOME, PATH: directory, CDKTF_OUTDIR: join(directory, "out") },
        encoding: "utf8",
      });
      expect([status, stderr]).toEqual([0, ""]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
