import { spawn } from "node:child_process";
import { join } from "node:path";

import type { TerraformProject } from "../support/terraform";

/** Applies a stack and kills Terraform, as a power cut does, once it has printed a text. Returns what it printed. */
export function killedApply(project: TerraformProject, stack: string, text: string): Promise<string> {
  const child = spawn("terraform", ["apply", "-no-color", "-input=false", "-auto-approve"], {
    cwd: project.stack(stack).directory,
    env: {
      ...process.env,
      ...project.provider.env,
      TF_CLI_CONFIG_FILE: join(project.directory, "terraform.rc"),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    if (output.includes(text)) child.kill("SIGKILL");
  });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", () => done(output));
  });
}
