import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { MesosStack, readSettings, SockShopStack, StateLocation } from "../../lib/app";
import type { TerraformProject } from "../support/terraform";

/** Synthesizes the two stacks of the app, as `main.ts` does, with their states in the project's folder. */
export function synthApp(project: TerraformProject, env: Record<string, string> = {}): void {
  const settings = readSettings(env);
  const state = StateLocation.from(project.directory, undefined);
  project.synth((app) => {
    const mesos = new MesosStack(app, "mesos", settings, state);
    const sockShop = new SockShopStack(app, "sock-shop", settings, state);
    sockShop.addDependency(mesos);
  });
}

/** Gives both stacks their variables; `-var` still overrides them. */
export function setVariables(project: TerraformProject, variables: Record<string, unknown>): void {
  for (const stack of ["mesos", "sock-shop"]) {
    writeFileSync(join(project.stack(stack).directory, "terraform.tfvars.json"), JSON.stringify(variables));
  }
}
