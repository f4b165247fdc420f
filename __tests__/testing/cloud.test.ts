import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Cloud } from "../../tools/testing";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cdktf-mesos-cloud-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe("Cloud", () => {
  it("is empty, and leaves no file, before something exists", () => {
    const cloud = new Cloud(join(directory, "sub", "cloud.json"));

    expect(cloud.objects()).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("still holds everything for the next command", () => {
    const file = join(directory, "sub", "cloud.json");
    const first = new Cloud(file);
    first.put("aws_vpc", { id: "vpc-1", cidr_block: "10.0.0.0/16" });
    first.put("aws_subnet", { id: "subnet-1", vpc_id: "vpc-1" });
    first.put("aws_vpc", { id: "vpc-1", cidr_block: "10.1.0.0/16" });

    const next = new Cloud(file);

    expect(next.objects("aws_vpc")).toEqual([{ id: "vpc-1", cidr_block: "10.1.0.0/16" }]);
    expect(next.get("aws_subnet", "subnet-1")).toEqual({ id: "subnet-1", vpc_id: "vpc-1" });
    expect(next.types()).toEqual(["aws_vpc", "aws_subnet"]);
  });

  it("forgets what is removed, and leaves nothing beside its file", () => {
    const file = join(directory, "cloud.json");
    const cloud = new Cloud(file);
    cloud.put("aws_vpc", { id: "vpc-1" });
    cloud.remove("aws_vpc", "vpc-1");

    expect(new Cloud(file).objects()).toEqual([]);
    expect(readdirSync(directory)).toEqual(["cloud.json"]);
  });

  it("fails when the file is something else, and leaves it as it is", () => {
    const file = join(directory, "notes.txt");
    writeFileSync(file, "buy milk");

    expect(() => new Cloud(file)).toThrow(
      `${JSON.stringify(file)} is no store of the test provider; move it away to start with an empty cloud`,
    );
    expect(readFileSync(file, "utf8")).toBe("buy milk");
  });
});
