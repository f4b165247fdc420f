import { gzipSync } from "node:zlib";
import { seedFiles } from "../../tools/lab/seed";

const userData = gzipSync("#cloud-config\n{}\n");

const files = seedFiles({
  id: "i-1",
  place: { address: "10.0.16.5", prefix: 20, gateway: "10.0.16.1", mac: "02:00:0a:00:10:05" },
  privateDns: "ip-10-0-16-5.eu-west-1.compute.internal",
  publicKey: "ssh-ed25519 AAAA lab",
  certificate: "-----BEGIN CERTIFICATE-----\n",
  userData,
});

describe("seedFiles", () => {
  it("are those of NoCloud", () => {
    expect(Object.keys(files).sort()).toEqual(["meta-data", "network-config", "user-data", "vendor-data"]);
  });

  it("hand on the user-data byte for byte", () => {
    expect(files["user-data"]).toBe(userData);
  });

  it("say who the machine is", () => {
    expect(JSON.parse(String(files["meta-data"]))).toEqual({
      "instance-id": "i-1",
      "local-hostname": "ip-10-0-16-5.eu-west-1.compute.internal",
      "public-keys": ["ssh-ed25519 AAAA lab"],
    });
  });

  it("let the key log in as the users of both images, and have the machine trust the certificate", () => {
    const [header, ...rest] = String(files["vendor-data"]).split("\n");

    expect(header).toBe("#cloud-config");
    expect(JSON.parse(rest.join("\n"))).toEqual({
      users: [
        "default",
        {
          name: "ubuntu",
          shell: "/bin/bash",
          sudo: "ALL=(ALL) NOPASSWD:ALL",
          lock_passwd: true,
          ssh_authorized_keys: ["ssh-ed25519 AAAA lab"],
        },
      ],
      ca_certs: { trusted: ["-----BEGIN CERTIFICATE-----\n"] },
    });
  });

  it("give it the address, the router and the resolver of its VPC", () => {
    expect(JSON.parse(String(files["network-config"]))).toEqual({
      version: 2,
      ethernets: {
        eth0: {
          addresses: ["10.0.16.5/20"],
          "accept-ra": false,
          routes: [{ to: "default", via: "10.0.16.1" }],
          nameservers: { addresses: ["169.254.169.253"], search: ["eu-west-1.compute.internal"] },
        },
      },
    });
  });
});
