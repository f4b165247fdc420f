import { IamInstanceProfile as AwsInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole as AwsRole } from "@cdktf/provider-aws/lib/iam-role";
import { Construct } from "constructs";
import { tags } from "../private/tags";

/** The identity of a cluster's machines in AWS. It may do nothing: whatever runs there, the account is not open to it. */
export class NodeInstanceProfile extends Construct {
  public readonly instanceProfileName: string;

  constructor(scope: Construct, id: string, owner: string) {
    super(scope, id);
    const role = new AwsRole(this, "Role", {
      namePrefix: `${owner}-node-`,
      description: `Machines of the Mesos cluster ${owner}; no rights`,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      }),
      tags: tags(owner, "node"),
    });
    this.instanceProfileName = new AwsInstanceProfile(this, "Resource", {
      namePrefix: `${owner}-node-`,
      role: role.name,
      tags: tags(owner, "node"),
    }).name;
  }
}
