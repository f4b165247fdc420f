import { DataAwsAmi } from "@cdktf/provider-aws/lib/data-aws-ami";
import type { Construct } from "constructs";
import { validateIdentifier } from "../private/identifier";

/** The image machines are made from: always amd64, because Mesos, Weave and Sock Shop are built for nothing else. */
export class MachineImage {
  /** Ubuntu 24.04 LTS, the newest image of Canonical at the time a machine is made. */
  public static ubuntu2404(): MachineImage {
    return new MachineImage("ubuntu", (scope) =>
      lookUp(scope, "099720109477", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"),
    );
  }

  /** Debian 12, the newest image of the Debian project at the time a machine is made. */
  public static debian12(): MachineImage {
    return new MachineImage("admin", (scope) => lookUp(scope, "136693071363", "debian-12-amd64-*"));
  }

  /**
   * An image of your own: amd64, with cloud-init, systemd and an SSH server.
   *
   * @param imageId `ami-…`
   * @param sshUser the user that logs in by key and may use sudo
   */
  public static fromId(imageId: string, sshUser: string): MachineImage {
    return new MachineImage(sshUser, (scope) => {
      validateIdentifier(scope, "image", imageId);
      return imageId;
    });
  }

  private constructor(
    /** The user that logs in by key and may use sudo. */
    public readonly sshUser: string,
    private readonly resolve: (scope: Construct) => string,
  ) {}

  /** @internal */
  public _imageId(scope: Construct): string {
    return this.resolve(scope);
  }
}

function lookUp(scope: Construct, owner: string, name: string): string {
  return new DataAwsAmi(scope, "Image", {
    mostRecent: true,
    owners: [owner],
    filter: [
      { name: "name", values: [name] },
      { name: "architecture", values: ["x86_64"] },
      { name: "virtualization-type", values: ["hvm"] },
      { name: "root-device-type", values: ["ebs"] },
    ],
  }).id;
}
