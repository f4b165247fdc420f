import { execFile } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { promisify } from "node:util";
import { Rehearsal, startRehearsal } from "../../tools/rehearsal";
import { loopbackAddress } from "../../tools/rehearsal/loopback-network";
import { faultOf } from "../../tools/rehearsal/mesos/faults";
import { getsPublicAddress, instanceBehind } from "../../tools/rehearsal/public-address";
import { eventually } from "../../tools/rehearsal/eventually";
import { processesWith, temporaryDirectory } from "./support";

describe("startRehearsal", () => {
  let rehearsal: Rehearsal;
  const { directory, remove } = temporaryDirectory();
  beforeAll(async () => {
    rehearsal = await startRehearsal({ directory });
  });
  afterAll(async () => {
    await rehearsal.close();
    expect(fs.readdirSync(path.join(directory, "machines"))).toEqual([]);
    expect(processesWith(directory)).toEqual([]);
    remove();
  });

  const create = async (
    type: string,
    object: { id: string; [name: string]: never | string | boolean | object },
  ) => ((await rehearsal.hooks.created?.(type, object as never)) ?? {}) as { public_ip?: string };
  const destroy = (type: string, object: object) => rehearsal.hooks.deleted?.(type, object as never);
  const hostNameAt = async (address = "") => {
    const options = [
      "-o",
      "StrictHostKeyChecking=no",
      "-o",
      "UserKnownHostsFile=/dev/null",
      "-o",
      "LogLevel=ERROR",
    ];
    const args = ["-F", "none", ...options, "-i", rehearsal.privateKeyFile, "-p", String(rehearsal.sshPort)];
    const { stdout } = await promisify(execFile)("ssh", [...args, `ubuntu@${address}`, "hostname"], {
      timeout: 20_000,
    });
    return stdout.trim();
  };
  /** How a connection is turned away. */
  const refused = (address = "") =>
    new Promise((resolve) => {
      const socket = net.connect({ host: address, port: rehearsal.sshPort });
      socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
      socket.once("close", () => resolve(undefined));
    });

  it("makes a key only its owner can read", () => {
    expect(fs.statSync(rehearsal.privateKeyFile).mode & 0o777).toBe(0o600);
    expect(rehearsal.publicKey).toMatch(/^ssh-ed25519 \S+ rehearsal$/);
  });

  it("boots an instance that asks for a public address and answers there until it is deleted", async () => {
    const object = { id: "i-1", associate_public_ip_address: true, tags_all: { Name: "agent-1" } };

    const { public_ip } = await create("aws_instance", object);

    expect(await hostNameAt(public_ip)).toBe("i-1");
    expect(rehearsal.machines()).toEqual([{ id: "i-1", name: "agent-1", addresses: [public_ip] }]);
    await destroy("aws_instance", { ...object, public_ip });
    expect(await refused(public_ip)).toBe("ECONNREFUSED");
    expect(rehearsal.machines()).toEqual([]);
  });

  it("gives an instance a public address where its subnet says so", async () => {
    await create("aws_subnet", { id: "subnet-1", map_public_ip_on_launch: true });
    const object = { id: "i-2", subnet_id: "subnet-1" };

    const { public_ip } = await create("aws_instance", object);

    expect(public_ip).toMatch(/^127\.\d+\.0\.\d+$/);
    await destroy("aws_instance", object);
  });

  it("leads an Elastic IP on a lasting interface to the machine that replaced the first one", async () => {
    const eip = { id: "eipalloc-1", network_interface: "eni-1" };
    const first = { id: "i-3", primary_network_interface: [{ network_interface_id: "eni-1" }] };
    const { public_ip } = await create("aws_eip", eip);
    expect(await refused(public_ip)).toBe("ECONNRESET");

    await create("aws_instance", first);
    expect(await hostNameAt(public_ip)).toBe("i-3");
    await destroy("aws_instance", first);
    expect(await refused(public_ip)).toBe("ECONNRESET");
    const second = { ...first, id: "i-4" };
    await create("aws_instance", second);

    expect(await hostNameAt(public_ip)).toBe("i-4");
    await destroy("aws_instance", second);
    await destroy("aws_eip", { ...eip, public_ip });
    expect(await refused(public_ip)).toBe("ECONNREFUSED");
  });

  it("follows an Elastic IP that moves to another instance", async () => {
    const [one, two] = [{ id: "i-5" }, { id: "i-6" }];
    await create("aws_instance", one);
    await create("aws_instance", two);
    const before = { id: "eipalloc-2", instance: "i-5" };
    const { public_ip } = await create("aws_eip", before);
    expect(await hostNameAt(public_ip)).toBe("i-5");

    await rehearsal.hooks.updated?.("aws_eip", before as never, { ...before, instance: "i-6" } as never);

    expect(await hostNameAt(public_ip)).toBe("i-6");
  });

  it("counts the connections to each machine", async () => {
    const { public_ip } = await create("aws_instance", { id: "i-7", associate_public_ip_address: true });
    const { public_ip: other } = await create("aws_instance", {
      id: "i-8",
      associate_public_ip_address: true,
    });

    const before = rehearsal.connections();
    await hostNameAt(public_ip);
    await hostNameAt(public_ip);
    await hostNameAt(other);

    expect(["i-7", "i-8", "i-none"].map((id) => rehearsal.connections(id))).toEqual([2, 1, 0]);
    expect(rehearsal.connections() - before).toBe(3);
    await destroy("aws_instance", { id: "i-8" });
  });

  it("lets machines hang: they take connections and say nothing, until they answer again", async () => {
    const { public_ip } = await create("aws_instance", { id: "i-10", associate_public_ip_address: true });
    rehearsal.hang(true);
    const socket = net.connect({ host: public_ip, port: rehearsal.sshPort });
    const said: Buffer[] = [];
    socket.on("data", (chunk) => said.push(chunk)).on("error", () => undefined);
    await once(socket, "connect");
    socket.write("SSH-2.0-test\r\n");
    expect(await eventually(() => rehearsal.connections("i-10") === 1, 30_000)).toBe(true);

    rehearsal.hang(false);

    expect(await eventually(() => socket.destroyed, 30_000)).toBe(true);
    expect(said).toEqual([]);
    expect(await hostNameAt(public_ip)).toBe("i-10");
  });

  it("plans faults of tasks on the machines of now and those to come, until others are planned", async () => {
    const faultOn = (id: string) => faultOf(rehearsal.machine(id)?.root ?? "", "web");
    await create("aws_instance", { id: "i-11" });

    rehearsal.plan({ web: "crash" });

    await create("aws_instance", { id: "i-12" });
    expect(["i-11", "i-12"].map(faultOn)).toEqual(["crash", "crash"]);
    rehearsal.plan({});
    expect(["i-11", "i-12"].map(faultOn)).toEqual([undefined, undefined]);
  });

  it("ignores what is no machine and no address", async () => {
    const before = rehearsal.machines();

    expect(await create("aws_vpc", { id: "vpc-1" })).toEqual({});
    await destroy("aws_vpc", { id: "vpc-1" });

    expect(rehearsal.machines()).toEqual(before);
  });

  it("fails when another process uses the folder", async () => {
    const { directory: taken, remove: removeTaken } = temporaryDirectory();
    const stat = fs.readFileSync("/proc/1/stat", "utf8");
    fs.writeFileSync(
      path.join(taken, "rehearsal.pid"),
      `1 ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`,
    );

    await expect(startRehearsal({ directory: taken })).rejects.toThrow(
      `rehearsal: folder ${JSON.stringify(taken)} is used by process 1; end that rehearsal or give this one another folder`,
    );
    removeTaken();
  });

  it("sweeps what a killed rehearsal left, and keeps its key", async () => {
    const { directory: left, remove: removeLeft } = temporaryDirectory();
    fs.writeFileSync(path.join(left, "rehearsal.pid"), "1 0");
    fs.mkdirSync(path.join(left, "machines/i-9/root/etc"), { recursive: true });
    fs.writeFileSync(path.join(left, "id_ed25519"), "kept");
    fs.writeFileSync(path.join(left, "id_ed25519.pub"), "kept too");

    const started = await startRehearsal({ directory: left });

    expect(fs.readdirSync(path.join(left, "machines"))).toEqual([]);
    expect(started.publicKey).toBe("kept too");
    await started.close();
    removeLeft();
  });
});

describe("instanceBehind", () => {
  const onInterface = (id: string, eni: string) => ({
    id,
    primary_network_interface: [{ network_interface_id: eni }],
  });
  const oldStyle = { id: "i-old", network_interface: [{ device_index: 0, network_interface_id: "eni-old" }] };

  it.each([
    ["its instance", { id: "e", instance: "i-1" }, [{ id: "i-0" }, { id: "i-1" }], [], "i-1"],
    [
      "its interface's instance",
      { id: "e", network_interface: "eni-2" },
      [onInterface("i-2", "eni-2")],
      [],
      "i-2",
    ],
    [
      "the newest on the interface",
      { id: "e", network_interface: "n" },
      [onInterface("a", "n"), onInterface("b", "n")],
      [],
      "b",
    ],
    ["an interface written the old way", { id: "e", network_interface: "eni-old" }, [oldStyle], [], "i-old"],
    [
      "an association",
      { id: "e", instance: "" },
      [{ id: "i-1" }],
      [{ id: "x", allocation_id: "e", instance_id: "i-1" }],
      "i-1",
    ],
    ["nothing", { id: "e", instance: null }, [{ id: "i-1" }], [], undefined],
    ["an instance that is gone", { id: "e", instance: "i-1" }, [], [], undefined],
  ])("%s", (_, eip, instances, associations, id) => {
    expect(instanceBehind(eip, { instances, associations } as never)).toBe(id);
  });
});

describe("getsPublicAddress", () => {
  const subnet = { id: "s", map_public_ip_on_launch: true };

  it.each([
    [{ id: "i", associate_public_ip_address: true }, undefined, true],
    [{ id: "i", associate_public_ip_address: false }, subnet, false],
    [{ id: "i", associate_public_ip_address: null }, subnet, true],
    [{ id: "i" }, undefined, false],
    [
      {
        id: "i",
        associate_public_ip_address: null,
        primary_network_interface: [{ network_interface_id: "e" }],
      },
      subnet,
      false,
    ],
  ])("%j in %j: %p", (instance, inSubnet, expected) => {
    expect(getsPublicAddress(instance as never, inSubnet as never)).toBe(expected);
  });
});

describe("loopbackAddress", () => {
  it.each([
    [1, "127.20.0.2"],
    [253, "127.20.0.254"],
    [254, "127.20.1.2"],
    [256 * 253, "127.20.255.254"],
  ])("number %d is %s", (number, address) => {
    expect(loopbackAddress(20, number)).toBe(address);
  });

  it("fails when the range is used up", () => {
    expect(() => loopbackAddress(20, 256 * 253 + 1)).toThrow(
      "rehearsal: 127.20.0.0/16 has no address number 64769; start another rehearsal",
    );
  });
});
