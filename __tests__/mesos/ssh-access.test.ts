import { TerraformVariable } from "cdktf";

import { resolveSshAccess, type SshAccess } from "../../lib/mesos/ssh-access";
import { importedCluster, testCluster, testStack } from "../support/stacks";
import { resourcesOf } from "../support/template";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";

function connection(ssh: SshAccess): object {
  const stack = testStack();
  importedCluster(stack, { ssh });
  return resourcesOf(stack, NullResource)[0].connection;
}

describe("sshConnection", () => {
  it("has defaults for hosts that are there already", () => {
    expect(connection({ privateKeyFile: "~/.ssh/demo" })).toEqual({
      type: "ssh",
      host: "198.51.100.1",
      user: "ubuntu",
      port: 22,
      private_key: '${file(pathexpand("~/.ssh/demo"))}',
      timeout: "900s",
    });
  });

  it("is what the props say", () => {
    const ssh = {
      privateKeyFile: "/k/my key é",
      user: "core",
      port: 2222,
      bastionHost: "bastion.example",
      connectTimeoutSec: 60,
    };

    expect(connection(ssh)).toEqual({
      type: "ssh",
      host: "198.51.100.1",
      user: "core",
      port: 2222,
      private_key: '${file(pathexpand("/k/my key é"))}',
      bastion_host: "bastion.example",
      timeout: "60s",
    });
  });

  it("reads the key only when Terraform connects", () => {
    const stack = testStack();
    const path = new TerraformVariable(stack, "key", { type: "string" }).stringValue;
    importedCluster(stack, { ssh: { privateKeyFile: path } });

    expect(resourcesOf(stack, NullResource)[0].connection.private_key).toBe("${file(pathexpand(var.key))}");
  });
});

describe("validateHost", () => {
  test.each(["10.0.0.4", "bastion.example", "fe80::1", "a"])("takes %j", (host) => {
    expect(connection({ privateKeyFile: "/k", bastionHost: host })).toMatchObject({ bastion_host: host });
  });

  test.each(["", "a b", "*", "-oProxyCommand=x", "a${b}", "é"])("fails for %j", (host) => {
    expect(() => connection({ privateKeyFile: "/k", bastionHost: host })).toThrow(
      `'ssh.bastionHost' must be an address or a host name, got ${JSON.stringify(host)}`,
    );
    expect(() => importedCluster(testStack(), { masters: [{ host }] })).toThrow(
      `'masters.host' must be an address or a host name, got ${JSON.stringify(host)}`,
    );
  });
});

describe("resolveSshAccess", () => {
  test.each(["", "a b", "-l", "a${b}"])("fails for the user %j", (user) => {
    expect(() => resolveSshAccess(testStack(), { privateKeyFile: "/k", user }, "ubuntu")).toThrow(
      `'ssh.user' must be the name of a user, got ${JSON.stringify(user)}`,
    );
  });

  test.each([0, 65536, 2.5])("fails for the port %d", (port) => {
    expect(() => resolveSshAccess(testStack(), { privateKeyFile: "/k", port }, "ubuntu")).toThrow(
      `'ssh.port' must be a whole number from 1 to 65535, got ${port}`,
    );
  });

  test.each([0, 86401, 2.5])("fails for the time-out %d", (connectTimeoutSec) => {
    expect(() =>
      resolveSshAccess(testStack(), { privateKeyFile: "/k", connectTimeoutSec }, "ubuntu"),
    ).toThrow(`'ssh.connectTimeoutSec' must be a whole number from 1 to 86400, got ${connectTimeoutSec}`);
  });

  it("takes a port and a time-out that only Terraform knows", () => {
    const stack = testStack();
    const number = (name: string) => new TerraformVariable(stack, name, { type: "number" }).numberValue;
    importedCluster(stack, {
      ssh: { privateKeyFile: "/k", port: number("port"), connectTimeoutSec: number("sec") },
    });

    expect(resourcesOf(stack, NullResource)[0].connection).toMatchObject({
      port: "${var.port}",
      timeout: "${var.sec}s",
    });
  });

  it("takes the image's user, port 22 and a quarter of an hour where nothing is said", () => {
    expect(resolveSshAccess(testStack(), { privateKeyFile: "/k" }, "admin")).toEqual({
      privateKeyFile: "/k",
      user: "admin",
      port: 22,
      connectTimeoutSec: 900,
    });
  });

  test.each([
    "demo.pem",
    "",
    "./k",
    "~k",
    "~",
    '/a"b',
    "/a\\b",
    "/a$b",
    "/a%b",
    "/a\nb",
    "/a\n",
    "/e\u0301",
    "/\ud83e",
  ])("fails when the key's path is %j", (privateKeyFile) => {
    expect(() => testCluster(testStack(), { ssh: { privateKeyFile } })).toThrow(
      new Error(
        `test/Cluster: 'ssh.privateKeyFile' must be an absolute path or begin with "~/", without quotes, backslashes, ` +
          `$, %, control characters and decomposed letters, got ${JSON.stringify(privateKeyFile)}`,
      ),
    );
  });
});
