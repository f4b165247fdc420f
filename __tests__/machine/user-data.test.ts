import { createHash, randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";

import { TerraformVariable } from "cdktf";
import { Construct } from "constructs";

import { cloudConfig, deterministicGzip } from "../../lib/machine/cloud-config";
import { userDataBase64 } from "../../lib/machine/user-data";
import { testStack } from "../support/stacks";

function config(content: string) {
  return { files: [{ path: "/a", mode: "0644", content }], command: ["/a"] };
}

/** Text of which gzip can make no less than half. */
const DIGITS = Array.from({ length: 1024 }, (_, index) =>
  createHash("sha256").update(`${index}`).digest("hex"),
).join("");

function gzippedSize(of: ReturnType<typeof config>): number {
  return deterministicGzip(cloudConfig(of)).length;
}

/** A configuration of that size after gzip. It grows by less than what it lacks: a digit is about half a byte. */
function configOfSize(bytes: number): ReturnType<typeof config> {
  for (let length = bytes; length <= DIGITS.length;) {
    const grown = config(DIGITS.slice(0, length));
    const lacking = bytes - gzippedSize(grown);
    if (lacking === 0) return grown;
    length += Math.max(lacking, 1);
  }
  throw new Error(`no text of ${DIGITS.length} digits or fewer is ${bytes} bytes after gzip`);
}

describe("userDataBase64", () => {
  it("is the cloud-config, gzipped, in base64", () => {
    const text = userDataBase64(testStack(), config("hello"));

    expect(gunzipSync(Buffer.from(text, "base64")).toString()).toBe(cloudConfig(config("hello")));
  });

  it("fails when it is larger than EC2 takes, with its size", () => {
    const large = config(randomBytes(16384).toString("base64"));
    const size = deterministicGzip(cloudConfig(large)).length;

    expect(size).toBeGreaterThan(16384);
    expect(() => userDataBase64(new Construct(testStack(), "Master1"), large)).toThrow(
      new Error(
        `test/Master1: user-data is ${size} bytes after gzip, EC2 takes 16384; ` +
          "move files from rootfs/ into a package or an upload",
      ),
    );
  });

  it("takes what is as large as EC2 takes, and not a byte more", () => {
    const stack = testStack();

    expect(Buffer.from(userDataBase64(stack, configOfSize(16384)), "base64")).toHaveLength(16384);
    expect(() => userDataBase64(stack, configOfSize(16385))).toThrow(
      /: user-data is 16385 bytes after gzip,/,
    );
  });

  it("fails when it holds a token", () => {
    const stack = testStack();
    const token = new TerraformVariable(stack, "address", { type: "string" }).stringValue;

    expect(() => userDataBase64(new Construct(stack, "Master1"), config(`MASTER=${token}`))).toThrow(
      new Error(
        "test/Master1: user-data must hold no token, got one; give the value as a literal, or let the machine ask for it",
      ),
    );
  });
});
