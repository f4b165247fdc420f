import { join } from "node:path";
import { dependable, TerraformResource, type TerraformStack } from "cdktf";
import { scriptDirectory } from "../private/script-directory";
import { TerraformData } from "../private/terraform-data";

const DIRECTORY = join(__dirname, "preflight");

/**
 * Checks the private key file's permissions before any resource of the stack is made.
 *
 * Whether it exists and has no passphrase is checked by the variable's validation; permissions no function of
 * Terraform can see. Call it last in a stack's constructor.
 */
export function checkPrivateKeyFirst(stack: TerraformStack, privateKeyFile: string): void {
  const resources = stack.node.findAll().filter((node) => node instanceof TerraformResource);
  const script = scriptDirectory(stack, "PreflightScript", DIRECTORY);
  const check = new TerraformData(stack, "Preflight", {
    triggersReplace: { private_key_file: privateKeyFile },
    provisioners: [
      {
        type: "local-exec",
        command: `bash "\${path.module}/${script.path}/bin/check-private-key"`,
        environment: { PRIVATE_KEY_FILE: privateKeyFile },
      },
    ],
  });
  for (const resource of resources) resource.dependsOn = [...(resource.dependsOn ?? []), dependable(check)];
}
