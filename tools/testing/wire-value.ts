import { decode, encode, ExtensionCodec, ExtData } from "@msgpack/msgpack";

import { UNKNOWN } from "./value";
import type { KnownValue, Value } from "./value";

/** A value as the protocol carries it: MessagePack, or JSON in stored state. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

/** Extension numbers of an unknown value: a plain one, and one about which something is known already. */
const PLAIN_UNKNOWN = 0;
const REFINED_UNKNOWN = 12;

const extensionCodec = new ExtensionCodec();
for (const type of [PLAIN_UNKNOWN, REFINED_UNKNOWN]) {
  extensionCodec.register({
    type,
    encode: () => null,
    decode: () => UNKNOWN,
  });
}

/**
 * Reads a value from the wire.
 *
 * What is known about an unknown value (that it is not null, its prefix) is dropped: a provider may ignore it.
 *
 * @see https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
 */
export function decodeValue(value: DynamicValue | null | undefined): Value {
  if (value?.msgpack?.length) return decode(value.msgpack, { extensionCodec }) as Value;
  if (value?.json?.length) return JSON.parse(Buffer.from(value.json).toString("utf8")) as KnownValue;
  return null;
}

/** Writes a value for the wire. */
export function encodeValue(value: Value): DynamicValue {
  return { msgpack: encode(withMarkers(value), { extensionCodec, ignoreUndefined: true }) };
}

function withMarkers(value: Value): unknown {
  if (value === UNKNOWN) return new ExtData(PLAIN_UNKNOWN, Uint8Array.of(0));
  if (Array.isArray(value)) return value.map(withMarkers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withMarkers(item as Value)]));
}
