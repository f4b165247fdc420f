import { join } from "node:path";

import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { type TerraformStack, TerraformVariable } from "cdktf";

import type { MesosClusterAttributes } from "../../lib/mesos/imported-cluster";
import { MesosTask } from "../../lib/mesos/mesos-task";
import { directoryHash } from "../../lib/private/hash";
import { importedCluster, testCluster, testStack } from "../support/stacks";
import { allResources, type Block, configurationOf, resourcesById } from "../support/template";

const FILES = directoryHash(join(__dirname, "../../lib/mesos/launcher"));

function uploads(attributes: Partial<MesosClusterAttributes> = {}): Block[] {
  const stack = testStack();
  importedCluster(stack, attributes);
  return Object.values(resourcesById(stack, NullResource));
}

describe("Launcher", () => {
  it("uploads its files to every master", () => {
    const url = "zk://10.0.0.4:2181,10.0.0.20:2181/mesos";

    expect(uploads()).toEqual(
      ["1", "2"].map((number) => ({
        triggers: {
          files: FILES,
          instance_id: `i-${number}`,
          master_url: url,
          root: "/opt/cdktf-mesos/launcher",
          launchers: "2",
        },
        depends_on: ["terraform_data.Cluster_Launcher_Teardown_Launcher_0346662B"],
        connection: {
          type: "ssh",
          host: `198.51.100.${number}`,
          user: "admin",
          port: 22,
          private_key: '${file(pathexpand("/keys/demo"))}',
          timeout: "900s",
        },
        provisioner: [
          {
            "remote-exec": {
              inline: [
                "set -eu",
                "rm -rf .cdktf-mesos/launcher",
                "mkdir -p -m 700 .cdktf-mesos .cdktf-mesos/launcher .cdktf-mesos/launcher/etc",
              ],
            },
          },
          {
            file: {
              source: `assets/Cluster_Launcher_Files_240A2028/${FILES}/`,
              destination: ".cdktf-mesos/launcher",
            },
          },
          { file: { content: url, destination: ".cdktf-mesos/launcher/etc/master" } },
          {
            "remote-exec": {
              inline: ["sudo bash .cdktf-mesos/launcher/bin/install-launcher /opt/cdktf-mesos/launcher 2"],
            },
          },
        ],
      })),
    );
  });

  it("knows a host by its address where nothing else tells it", () => {
    expect(uploads({ masters: [{ host: "mesos.example" }] })[0].triggers.instance_id).toBe("mesos.example");
  });

  it("installs into the directory it is told", () => {
    const [upload] = uploads({ directory: "/srv/cdktf_mesos-1.0" });

    expect(upload.triggers.root).toBe("/srv/cdktf_mesos-1.0/launcher");
    expect(upload.provisioner[3]["remote-exec"].inline).toEqual([
      "sudo bash .cdktf-mesos/launcher/bin/install-launcher /srv/cdktf_mesos-1.0/launcher 2",
    ]);
  });

  it("writes the master's URL as it was given", () => {
    const [upload] = uploads({ masterUrl: "zk://${x}:2181/%{y}" });

    expect(upload.triggers.master_url).toBe("zk://$${x}:2181/%%{y}");
    expect(upload.provisioner[2].file.content).toBe("zk://$${x}:2181/%%{y}");
  });

  it("follows a master's URL that Terraform knows", () => {
    const stack = testStack();
    importedCluster(stack, { masterUrl: new TerraformVariable(stack, "url", {}).stringValue });
    const [upload]: Block[] = Object.values(resourcesById(stack, NullResource));

    expect([upload.triggers.master_url, upload.provisioner[2].file.content]).toEqual([
      "${var.url}",
      "${var.url}",
    ]);
  });

  it("is uploaded to hosts that are there even before there is a task", () => {
    expect(uploads()).toHaveLength(2);
  });

  it("is uploaded to a cluster of ours with its first task, and once", () => {
    const [empty, used] = [testStack(), testStack()];
    testCluster(empty);
    const cluster = testCluster(used, { masterCount: 3 });
    for (const taskName of ["a", "b"]) new MesosTask(used, taskName, { cluster, taskName, image: "nginx" });

    const uploaded = (stack: TerraformStack) =>
      Object.keys(resourcesById(stack, NullResource)).filter((id) => id.includes("Launcher"));
    expect(uploaded(empty)).toEqual([]);
    expect(uploaded(used)).toHaveLength(3);
  });

  describe("validateDirectory", () => {
    test.each(["opt", "/", "", "/opt/", "/opt/my dir", "/opt//x", "/opt;id", "/opt\n", "/opt/${x}"])(
      "fails when directory is %j",
      (directory) => {
        expect(() => importedCluster(testStack(), { directory })).toThrow(
          new Error(
            `test/Cluster/Launcher: 'directory' must be an absolute path of letters, digits, dots, hyphens and ` +
              `underscores, got ${JSON.stringify(directory)}`,
          ),
        );
      },
    );
  });
});

describe("MesosCluster.fromAttributes", () => {
  it("is what it was given, and makes nothing in AWS", () => {
    const stack = testStack();
    const cluster = importedCluster(stack);

    expect(cluster).toMatchObject({
      clusterName: "demo",
      masterUrl: "zk://10.0.0.4:2181,10.0.0.20:2181/mesos",
      masters: [
        { host: "198.51.100.1", instanceId: "i-1" },
        { host: "198.51.100.2", instanceId: "i-2" },
      ],
    });
    expect(allResources(stack).filter(({ type }) => type.startsWith("aws_"))).toEqual([]);
    expect(configurationOf(stack).data).toBeUndefined();
  });

  it("fails when it names no master", () => {
    expect(() => importedCluster(testStack(), { masters: [] })).toThrow(
      new Error("test/Cluster: 'masters' must name at least one host, got []"),
    );
  });
});
