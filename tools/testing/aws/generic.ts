import type { Computed, World } from "../rules";
import { ACCOUNT, arn, newId } from "./naming";

/** Values that every type of AWS gets which has attributes of these names and no rules that say better. */
export function genericIdentity(type: string, world: World): Computed {
  const kind = type.replace(/^aws_/, "").replaceAll("_", "-");
  const id = newId(kind);
  const [service = kind] = kind.split("-");
  return { id, arn: arn(service, world, `${kind}/${id}`), owner_id: ACCOUNT, account_id: ACCOUNT };
}
