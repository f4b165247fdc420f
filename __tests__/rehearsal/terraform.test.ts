import { execFile, execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { Rehearsal, startRehearsal } from "../../tools/rehearsal";
import { Machine } from "../../tools/rehearsal/machine";
import { temporaryDirectory } from "./support";

const present = hasTerraform();
// on CI the binary belongs to the machine, so that its absence is a failure there
const describeTerraform = present || process.env.CI !== undefined ? describe : describe.skip;

const MAIN_TF = `
variable "ssh_port" { type = number }
variable "host" { type = string }
variable "key_file" { type = string }
variable "text" { type = string }

resource "terraform_data" "service" {
  count = 4
  input = { host = var.host, port = var.ssh_port, key_file = var.key_file, index = count.index }

  connection {
    type        = "ssh"
    host        = self.input.host
    port        = self.input.port
    user        = "ubuntu"
    private_key = file(self.input.key_file)
    timeout     = "10s"
  }
  provisioner "remote-exec" {
    inline = ["mkdir -p /opt/service\${count.index}/tree"]
  }
  provisioner "file" {
    content     = var.text
    destination = "/opt/service\${count.index}/text"
  }
  provisioner "file" {
    source      = "\${path.module}/tree/"
    destination = "/opt/service\${count.index}/tree"
  }
  provisioner "remote-exec" {
    inline = [
      "#!/bin/bash\\nset -euo pipefail",
      "cp /opt/service\${count.index}/tree/unit /etc/systemd/system/service\${count.index}.service && sudo systemctl daemon-reload",
      "echo said by \${count.index}; sudo systemctl enable --now service\${count.index}",
    ]
  }
  provisioner "remote-exec" {
    when   = destroy
    inline = ["sudo systemctl disable --now service\${self.input.index}"]
  }
}
`;

const UNIT = "[Service]\nExecStart=/bin/sleep 300\nRestart=always\n[Install]\nWantedBy=multi-user.target\n";
const TEXT = "x ${y} %{z} \"q\" 'p' \\ é\nlast";

describeTerraform("the real Terraform", () => {
  let rehearsal: Rehearsal;
  let host = "";
  const { directory, remove } = temporaryDirectory();
  const project = path.join(directory, "project");

  beforeAll(async () => {
    rehearsal = await startRehearsal({ directory: path.join(directory, "rehearsal") });
    const object = { id: "i-1", associate_public_ip_address: true } as never;
    ({ public_ip: host } = (await rehearsal.hooks.created?.("aws_instance", object)) as {
      public_ip: string;
    });
    fs.mkdirSync(path.join(project, "tree"), { recursive: true });
    fs.writeFileSync(path.join(project, "main.tf"), MAIN_TF);
    fs.writeFileSync(path.join(project, "tree/unit"), UNIT);
    await terraform("init");
  });
  afterAll(async () => {
    await rehearsal.close();
    remove();
  });

  const terraform = (command: string, ...args: string[]) => {
    const variables = { ssh_port: rehearsal.sshPort, host, key_file: rehearsal.privateKeyFile, text: TEXT };
    const env = { ...process.env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
    const set = Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, String(value)]);
    return promisify(execFile)("terraform", [command, "-no-color", "-input=false", ...args], {
      cwd: project,
      env: { ...env, ...Object.fromEntries(set) },
      timeout: 60_000,
    });
  };
  const machine = () => rehearsal.machine("i-1") as Machine;

  it("uploads files and starts services over SSH, several at once, and stops them at the end", async () => {
    const { stdout } = await terraform("apply", "-auto-approve");

    expect(stdout).toContain("(remote-exec): said by 3");
    const active = await machine().run([
      "systemctl",
      "is-active",
      ...[0, 1, 2, 3].map((index) => `service${index}`),
    ]);
    expect(active.stdout).toBe("active\n".repeat(4));
    expect(fs.readFileSync(path.join(machine().root, "opt/service2/text"), "utf8")).toBe(TEXT);

    await terraform("destroy", "-auto-approve");

    expect((await machine().run(["pgrep", "-c", "-x", "sleep"])).stdout).toBe("0\n");
    expect((await machine().run(["systemctl", "is-enabled", "service0"])).stdout).toBe("disabled\n");
  }, 60_000);
});

function hasTerraform(): boolean {
  try {
    execFileSync("terraform", ["version"], { env: { ...process.env, CHECKPOINT_DISABLE: "1" } });
    return true;
  } catch {
    return false;
  }
}
