import fc from "fast-check";

import { DataResource, type TerraformStack } from "cdktf";

import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { VpcSecurityGroupIngressRule as IngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";

import { MesosTask } from "../../lib";
import { ValidationError } from "../../lib/errors";
import { anyText } from "../support/any-text";
import { importedCluster, testCluster, testStack } from "../support/stacks";
import { type Block, resourcesOf } from "../support/template";
import { readTemplate } from "../support/terraform-template";

/** Fixed, so that a failure is seen again. */
const RUNS = { seed: 20261123, numRuns: 60 };

/** Puts a text somewhere. */
type Put = (stack: TerraformStack, text: string) => void;
/** Finds it again in what Terraform is given. */
type Find = (stack: TerraformStack) => string;

const task = (stack: TerraformStack, props: { taskName?: string; image?: string }) =>
  void new MesosTask(stack, "Task", {
    cluster: importedCluster(stack),
    taskName: "web",
    image: "nginx",
    ...props,
  });

function definition(stack: TerraformStack): Block {
  const files = resourcesOf(stack, NullResource).flatMap(({ provisioner }) => provisioner as Block[]);
  const content = files.find(({ file }) => file?.content?.startsWith("{")).file.content;
  return JSON.parse(readTemplate(content));
}

const teardown = (stack: TerraformStack) => resourcesOf(stack, DataResource)[0].input;

const PLACES: Record<string, { like: string; put: Put; find: Find }> = {
  taskName: {
    like: "web",
    put: (stack, taskName) => task(stack, { taskName }),
    find: (stack) => definition(stack).name,
  },
  image: {
    like: "org/web:1.0",
    put: (stack, image) => task(stack, { image }),
    find: (stack) => definition(stack).container.mesos.image.docker.name,
  },
  directory: {
    like: "/opt/web",
    put: (stack, directory) => void importedCluster(stack, { directory }),
    find: (stack) => teardown(stack).root.replace(/\/launcher$/, ""),
  },
  "ssh.privateKeyFile": {
    like: "/keys/web",
    put: (stack, privateKeyFile) => void importedCluster(stack, { ssh: { privateKeyFile } }),
    find: (stack) => teardown(stack).key_file,
  },
  clusterName: {
    like: "web",
    put: (stack, clusterName) => void testCluster(stack, { clusterName }),
    find: (stack) => resourcesOf(stack, IamRole)[0].name_prefix,
  },
  adminCidrs: {
    like: "203.0.113.7/32",
    put: (stack, cidr) => void testCluster(stack, { adminCidrs: [cidr] }),
    find: (stack) =>
      resourcesOf(stack, IngressRule)
        .map((rule) => JSON.stringify(rule.for_each ?? "").replaceAll("${", ""))
        .join(" "),
  },
};

describe.each(Object.entries(PLACES))("any text as %s", (property, { like, put, find }) => {
  // one that is almost right, more often than one that is nothing like it
  const texts = fc.oneof(
    anyText,
    fc.tuple(fc.nat(like.length), anyText).map(([at, text]) => like.slice(0, at) + text + like.slice(at)),
  );

  it("arrives as it is written, or is refused by name and value", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const stack = testStack();
        try {
          put(stack, text);
        } catch (error) {
          expect(error).toBeInstanceOf(ValidationError);
          expect((error as Error).message).toContain(`'${property}'`);
          expect((error as Error).message).toContain(JSON.stringify(text));
          return;
        }
        // what Terraform would compose does not arrive as it is written
        expect(text).toBe(text.normalize("NFC"));
        expect(readTemplate(find(stack))).toContain(text);
      }),
      RUNS,
    );
  });
});
