import { DataAwsAmi } from "@cdktf/provider-aws/lib/data-aws-ami";
import { TerraformOutput } from "cdktf";

import { MachineImage } from "../../lib/machine/machine-image";
import { testStack } from "../support/stacks";
import { configurationOf, dataSourcesOf } from "../support/template";

describe("MachineImage", () => {
  test.each([
    [
      "ubuntu2404",
      MachineImage.ubuntu2404(),
      "ubuntu",
      "099720109477",
      "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*",
    ],
    ["debian12", MachineImage.debian12(), "admin", "136693071363", "debian-12-amd64-*"],
  ])("%s is looked up, newest first, amd64 only", (_, image, user, owner, name) => {
    const stack = testStack();
    new TerraformOutput(stack, "image", { value: image._imageId(stack) });

    expect(image.sshUser).toBe(user);
    expect(configurationOf(stack).output.image.value).toBe("${data.aws_ami.Image.id}");
    expect(dataSourcesOf(stack, DataAwsAmi)).toEqual([
      {
        most_recent: true,
        owners: [owner],
        filter: [
          { name: "name", values: [name] },
          { name: "architecture", values: ["x86_64"] },
          { name: "virtualization-type", values: ["hvm"] },
          { name: "root-device-type", values: ["ebs"] },
        ],
      },
    ]);
  });

  it("fromId is taken as it is", () => {
    const stack = testStack();
    const image = MachineImage.fromId("ami-1", "core");

    expect([image.sshUser, image._imageId(stack)]).toEqual(["core", "ami-1"]);
    expect(dataSourcesOf(stack, DataAwsAmi)).toEqual([]);
  });
});
