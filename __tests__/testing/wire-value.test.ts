import { decodeValue, encodeValue } from "../../tools/testing/wire-value";
import { UNKNOWN } from "../../tools/testing/value";

describe("decodeValue", () => {
  it("reads an unknown value", () => {
    expect(decodeValue({ msgpack: Uint8Array.from([0xd4, 0x00, 0x00]) })).toBe(UNKNOWN);
  });

  it("reads an unknown value about which something is known: an extension of number 12", () => {
    // 0xc7: extension; 5 bytes; number 12; a map that says: not null, starts with "v"
    const refined = [0xc7, 0x05, 0x0c, 0x82, 0x01, 0xc2, 0x02, 0xa1];

    expect(decodeValue({ msgpack: Uint8Array.from(refined) })).toBe(UNKNOWN);
    expect(decodeValue({ msgpack: Uint8Array.from([0x92, ...refined, 0xa1, 0x61]) })).toEqual([UNKNOWN, "a"]);
  });

  it("reads stored state, which is JSON", () => {
    expect(decodeValue({ json: Buffer.from('{"a":[1,true,null]}') })).toEqual({ a: [1, true, null] });
  });

  it("reads nothing as null", () => {
    expect(decodeValue(null)).toBeNull();
    expect(decodeValue({ msgpack: new Uint8Array() })).toBeNull();
  });
});

describe("encodeValue", () => {
  test.each([
    [null],
    ["ünï${x}\n"],
    [16384],
    [1.5],
    [false],
    [[]],
    [{ a: [UNKNOWN, { b: UNKNOWN }], c: null }],
  ])("comes back as it was: %p", (value) => {
    expect(decodeValue(encodeValue(value))).toEqual(value);
  });

  it("writes an unknown value as Terraform does", () => {
    expect([...(encodeValue(UNKNOWN).msgpack ?? [])]).toEqual([0xd4, 0x00, 0x00]);
  });
});
