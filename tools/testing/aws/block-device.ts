import { isFields } from "../value";
import type { Fields, KnownValue, Value } from "../value";
import type { World } from "../rules";
import { text } from "./checks";
import { arn, newId } from "./naming";

/** What AWS decides of a volume that a launch asks for. */
export function volumes(blocks: Value | undefined, deviceName: string, world: World): KnownValue[] {
  const wanted = Array.isArray(blocks) ? (blocks as readonly Value[]).filter(isFields) : [];
  return wanted.map((block) => volume(block, deviceName, world));
}

/** @see https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html */
function volume(block: Fields, deviceName: string, world: World): KnownValue {
  const type = text(block.volume_type) ?? "gp3";
  return {
    device_name: deviceName,
    volume_id: newId("vol"),
    volume_type: type,
    volume_size: 8,
    iops: type === "gp3" ? 3000 : 100,
    throughput: type === "gp3" ? 125 : 0,
    encrypted: false,
    kms_key_id: block.encrypted === true ? arn("kms", world, "key/00000000-0000-4000-8000-000000000000") : "",
    snapshot_id: "",
    tags_all: isFields(block.tags) ? (block.tags as KnownValue) : {},
  };
}
