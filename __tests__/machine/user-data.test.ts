import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";

import { TerraformVariable } from "cdktf";
import { Construct } from "constructs";

import { cloudConfig, deterministicGzip } from "../../lib/machine/cloud-config";
import { userDataBase64 } from "../../lib/machine/user-data";
import { testStack } from "../support/stacks";

function config(content: string) {
  return { files: [{ path: "/a", mode: "0644", content }], command: ["/a"] };
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
