import * as fs from "node:fs";
import { hostPath } from "../machine-path";
import { parseEnvironmentFile } from "./environment-file";
import { ServiceDefinition } from "./service-definition";

/**
 * The variables a service is started with; files win over what stands in the unit, later over earlier ones.
 *
 * @param root the machine's root directory
 * @throws Error when a file that must be there is not
 */
export function serviceEnvironment(definition: ServiceDefinition, root: string): Record<string, string> {
  const env = { ...definition.environment };
  for (const { path, optional } of definition.environmentFiles) {
    const file = hostPath(root, path);
    if (fs.existsSync(file)) Object.assign(env, parseEnvironmentFile(fs.readFileSync(file, "utf8")));
    else if (!optional) throw new Error(`${path}: No such file or directory`);
  }
  return env;
}
