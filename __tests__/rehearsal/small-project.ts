import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MODULES = join(__dirname, "../../node_modules");
const LAUNCHER = join(__dirname, "../../lib/mesos/launcher");

/** An app with one machine and, on it, one service as the launcher would have it; it runs without a type check. */
const APP = `
const { App, Fn, TerraformStack, TerraformVariable } = require("cdktf");
const { AwsProvider } = require("@cdktf/provider-aws/lib/provider");
const { Instance } = require("@cdktf/provider-aws/lib/instance");
const { Subnet } = require("@cdktf/provider-aws/lib/subnet");
const { Vpc } = require("@cdktf/provider-aws/lib/vpc");
const { NullProvider } = require("@cdktf/provider-null/lib/provider");
const { Resource } = require("@cdktf/provider-null/lib/resource");

const app = new App();
const stack = new TerraformStack(app, "small");
new AwsProvider(stack, "Aws", { region: "eu-west-1" });
new NullProvider(stack, "Null");
const variable = (name) => {
  const declared = new TerraformVariable(stack, name, {});
  declared.overrideLogicalId(name);
  return declared;
};
const vpc = new Vpc(stack, "Vpc", { cidrBlock: "10.0.0.0/16" });
const subnet = new Subnet(stack, "Subnet", { vpcId: vpc.id, cidrBlock: "10.0.1.0/24" });
const machine = new Instance(stack, "Machine", {
  ami: "ami-0123456789abcdef0",
  instanceType: "t3.small",
  subnetId: subnet.id,
  associatePublicIpAddress: true,
  tags: { Name: "small-machine" },
});
new Resource(stack, "Service", {
  connection: {
    type: "ssh",
    host: machine.publicIp,
    user: "ubuntu",
    port: variable("ssh_port").numberValue,
    privateKey: Fn.file(variable("private_key_file").stringValue),
    timeout: "1m",
  },
  provisioners: [
    { type: "remote-exec", inline: ["mkdir -p /opt/cdktf-mesos/launcher"] },
    { type: "file", source: ${JSON.stringify(`${LAUNCHER}/`)}, destination: "/opt/cdktf-mesos/launcher" },
    {
      type: "remote-exec",
      inline: [
        "set -e",
        "mkdir -p /opt/cdktf-mesos/launcher/tasks /opt/cdktf-mesos/launcher/etc /run/cdktf-mesos/web",
        "chmod +x /opt/cdktf-mesos/launcher/bin/*",
        "printf 10.0.0.4:5050 >/opt/cdktf-mesos/launcher/etc/master",
        \`echo '{ "name": "web" }' >/opt/cdktf-mesos/launcher/tasks/web.json\`,
        "echo '1 TASK_RUNNING' >/run/cdktf-mesos/web/updates",
        "printf '[Service]\\\\nExecStart=/bin/sleep infinity\\\\n' >/etc/systemd/system/mesos-task@.service",
        "systemctl start mesos-task@web",
        "echo said by the machine",
        "echo wait-service: web is TASK_RUNNING",
      ],
    },
  ],
});
app.synth();
`;

/** Writes a cdktf project into a new folder, with the modules installed in this repository. */
export function writeSmallProject(folder: string, app = APP): void {
  mkdirSync(folder);
  writeFileSync(join(folder, "cdktf.json"), '{ "language": "typescript", "app": "node main.js" }\n');
  writeFileSync(join(folder, "main.js"), app);
  symlinkSync(MODULES, join(folder, "node_modules"));
}

/** The same, with a program in the place of cdktf that runs this JavaScript. */
export function writeProjectWithCli(folder: string, cli: string): void {
  const bin = join(folder, "node_modules/cdktf-cli/bundle/bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(folder, "cdktf.json"), "{}\n");
  writeFileSync(join(folder, "node_modules/cdktf-cli/package.json"), '{ "name": "cdktf-cli" }\n');
  writeFileSync(join(bin, "cdktf"), cli);
  symlinkSync(join(MODULES, "@cdktf"), join(folder, "node_modules/@cdktf"));
}
