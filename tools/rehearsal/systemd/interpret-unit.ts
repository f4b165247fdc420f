import { DIRECTIVES } from "./directives";
import { emptyDefinition, ServiceDefinition } from "./service-definition";
import { expandSpecifiers } from "./specifiers";
import { UnitError } from "./unit-error";
import { Assignment } from "./unit-file";
import { UnitName } from "./unit-name";

/**
 * Makes one definition of all assignments of a service, drop-ins last.
 *
 * @param host name of the machine
 * @throws UnitError with the place, for a directive or value the rehearsal does not know: the real systemd would do
 *   something that the rehearsal does not
 */
export function interpretUnit(
  assignments: readonly Assignment[],
  name: UnitName,
  host: string,
): ServiceDefinition {
  const definition = emptyDefinition(name);
  for (const { section, key, value, place } of assignments) {
    const directive = DIRECTIVES[section]?.[key];
    if (directive === undefined) {
      throw new UnitError(`${place}: the rehearsal's systemd does not know ${key} in section [${section}]`);
    }
    try {
      directive({ definition, value, expand: (text) => expandSpecifiers(text, name, host) });
    } catch (error) {
      throw error instanceof UnitError ? new UnitError(`${place}: ${key}: ${error.message}`) : error;
    }
  }
  validate(definition);
  return definition;
}

function validate({ name, type, restart, commands }: ServiceDefinition): void {
  const starts = commands.ExecStart.length;
  if (starts === 0) throw new UnitError(`${name.full}: ExecStart is missing`);
  if (starts > 1 && type !== "oneshot")
    throw new UnitError(`${name.full}: more than one ExecStart needs Type=oneshot`);
  if (type === "oneshot" && (restart === "always" || restart === "on-success")) {
    throw new UnitError(`${name.full}: Restart=${restart} is not allowed with Type=oneshot`);
  }
}
