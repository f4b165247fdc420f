import { createHash } from "node:crypto";

import { conflicts } from "../combination";
import { CloudError } from "../problem";
import type { Rules } from "../rules";
import { text } from "./checks";
import { arn, newId, newName } from "./naming";

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/key_pair */
export const KEY_PAIR: Rules = {
  replacedBy: ["key_name", "key_name_prefix", "public_key"],
  combinations: [conflicts("key_name", "key_name_prefix")],
  create: (object, world) => {
    const name = text(object.key_name) ?? newName(text(object.key_name_prefix) ?? "terraform-");
    const [kind = "", body = ""] = (text(object.public_key) ?? "").split(" ");
    if (!/^ssh-(rsa|ed25519)$/.test(kind) || body === "") {
      throw new CloudError("InvalidKey.Format", "Key is not in valid OpenSSH public key format");
    }
    if (world.cloud.get("aws_key_pair", name) !== undefined) {
      throw new CloudError("InvalidKeyPair.Duplicate", `The keypair '${name}' already exists.`);
    }
    return {
      id: name,
      key_name: name,
      key_pair_id: newId("key"),
      key_type: kind.replace("ssh-", ""),
      fingerprint: createHash("sha256").update(Buffer.from(body, "base64")).digest("base64"),
      arn: arn("ec2", world, `key-pair/${name}`),
    };
  },
};
