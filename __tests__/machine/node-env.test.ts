import { spawnSync } from "node:child_process";

import fc from "fast-check";

import { nodeEnv } from "../../lib/machine/node-env";

const ALLOWED = "ABCXYZabcxyz0189 _.,:;/@+=[]()-";

describe("nodeEnv", () => {
  it("is a line a value, sorted by key", () => {
    expect(nodeEnv({ MASTERS: "10.0.0.4 10.0.0.20", CLUSTER_NAME: "demo", EMPTY: "" })).toBe(
      'CLUSTER_NAME="demo"\nEMPTY=""\nMASTERS="10.0.0.4 10.0.0.20"\n',
    );
  });

  it("does not depend on the order of the values", () => {
    expect(nodeEnv({ A: "1", B: "2", A_B: "3" })).toBe(nodeEnv({ A_B: "3", B: "2", A: "1" }));
  });

  it("reaches a shell as it was", () => {
    const value = fc.string({ unit: fc.constantFrom(...ALLOWED), maxLength: 20 });
    const values = fc.sample(value, { numRuns: 200, seed: 20261123 });
    const env = nodeEnv(Object.fromEntries(values.map((text, index) => [`V${index}`, text])));
    const script = `set -eu\n${env}\nfor ((i = 0; i < ${values.length}; i++)); do v=V$i; printf '%s\\0' "\${!v}"; done`;

    const { stdout } = spawnSync("bash", ["-c", script], { encoding: "utf8" });

    expect(stdout.split("\0").slice(0, -1)).toEqual(values);
  });

  test.each(["", "key", "1KEY", "KEY-1", "KEY\n"])("fails when a key is %j", (key) => {
    expect(() => nodeEnv({ [key]: "" })).toThrow(
      new Error(`node.env: a key must be upper case, got ${JSON.stringify(key)}`),
    );
  });

  test.each(['"', "$HOME", "`id`", "a\\b", "a\nb", "a'b", "é", "a!b", "a*", "~"])(
    "fails when a value is %j, which bash and systemd may read differently",
    (value) => {
      expect(() => nodeEnv({ KEY: value })).toThrow(
        new Error(
          `node.env: 'KEY' must hold only letters, digits, spaces and _.,:;/@+=[]()-, got ${JSON.stringify(value)}`,
        ),
      );
    },
  );
});
