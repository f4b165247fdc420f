import * as fs from "node:fs";
import * as path from "node:path";
import { Supervisor } from "./supervisor";
import { UnitError } from "./unit-error";
import { Service } from "./service";
import { parseUnitName } from "./unit-name";

/** What `systemctl is-enabled` says of a unit that has a file. */
export type FileState = "enabled" | "disabled" | "static";

/**
 * Links a unit into the folders of the targets that want it.
 *
 * @returns what systemctl tells about it
 * @throws UnitError when it has no file
 */
export function enable(supervisor: Supervisor, unit: string): string[] {
  const { service, fragment } = withFile(supervisor, unit, "enable");
  const { name, wantedBy } = service.definition;
  return wantedBy.flatMap((target) => {
    const link = path.posix.join(supervisor.wantsDirectory(target), name.full);
    const onHost = supervisor.onHost(path.posix.dirname(link));
    fs.mkdirSync(onHost, { recursive: true });
    return linkOnce(fragment, path.join(onHost, name.full)) ? [`Created symlink ${link} → ${fragment}.`] : [];
  });
}

/**
 * Takes those links away.
 *
 * @returns what systemctl tells about it
 * @throws UnitError when it has no file
 */
export function disable(supervisor: Supervisor, unit: string): string[] {
  const { service } = withFile(supervisor, unit, "disable");
  const links = linksOf(supervisor, service);
  for (const link of links)
    fs.rmSync(supervisor.onHost(path.posix.dirname(link)) + `/${path.posix.basename(link)}`);
  return links.map((link) => `Removed "${link}".`);
}

/** Whether a unit is linked; undefined when it has no file. */
export function fileState(supervisor: Supervisor, unit: string): FileState | undefined {
  const service = supervisor.load(unit);
  if (!(service instanceof Service) || supervisor.fragmentOf(service.definition.name) === undefined)
    return undefined;
  if (service.definition.wantedBy.length === 0) return "static";
  return linksOf(supervisor, service).length > 0 ? "enabled" : "disabled";
}

function withFile(
  supervisor: Supervisor,
  unit: string,
  verb: string,
): { service: Service; fragment: string } {
  const loaded = supervisor.load(unit);
  if (loaded instanceof UnitError) throw loaded;
  const name = parseUnitName(unit);
  const fragment = supervisor.fragmentOf(name);
  if (loaded === "not-found" || fragment === undefined) {
    throw new UnitError(`Failed to ${verb} unit: Unit file ${name.full} does not exist.`);
  }
  return { service: loaded, fragment };
}

function linksOf(supervisor: Supervisor, { definition: { name, wantedBy } }: Service): string[] {
  return wantedBy
    .map((target) => path.posix.join(supervisor.wantsDirectory(target), name.full))
    .filter((link) => isLink(path.join(supervisor.onHost(path.posix.dirname(link)), name.full)));
}

/** Two calls at once may want the same link. */
function linkOnce(target: string, link: string): boolean {
  if (isLink(link)) return false;
  fs.symlinkSync(target, link);
  return true;
}

function isLink(file: string): boolean {
  return fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
