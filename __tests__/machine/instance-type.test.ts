import { instanceSize, isArm, taskResources } from "../../lib/machine/instance-type";

describe("instanceSize", () => {
  test.each([
    ["t3.nano", 2, 0.5],
    ["t3.micro", 2, 1],
    ["t3.small", 2, 2],
    ["t3.medium", 2, 4],
    ["t3.large", 2, 8],
    ["t3a.xlarge", 4, 16],
    ["t3.2xlarge", 8, 32],
    ["t2.nano", 1, 0.5],
    ["t2.small", 1, 2],
    ["t2.medium", 2, 4],
    ["t2.large", 2, 8],
    ["m5.large", 2, 8],
    ["m6id.12xlarge", 48, 192],
    ["c5.9xlarge", 36, 72],
    ["c7a.large", 2, 4],
    ["r6i.32xlarge", 128, 1024],
  ])("of %s is %i CPUs and %d GiB", (type, cpus, gib) => {
    expect(instanceSize(type)).toEqual({ cpus, memoryMiB: gib * 1024 });
  });

  test.each([
    "m5.small",
    "m5.metal",
    "m5.0xlarge",
    "m5.100xlarge",
    "m5.",
    "m5",
    "",
    "x1.large",
    "t3.largest",
    "constructor.large",
    "t3.constructor",
  ])("of %j is not known", (type) => {
    expect(instanceSize(type)).toBeUndefined();
  });
});

describe("taskResources", () => {
  test.each([
    [2, 8192, 6144],
    [2, 4096, 2560],
    [1, 1025, -128],
    [4, 16384, 13312],
  ])("of %i CPUs and %i MiB leave all CPUs and %i MiB", (cpus, memoryMiB, left) => {
    expect(taskResources({ cpus, memoryMiB })).toEqual({ cpus, memoryMiB: left });
  });
});

describe("isArm", () => {
  test.each([
    "a1.large",
    "t4g.small",
    "m6g.large",
    "m6gd.large",
    "c7gn.2xlarge",
    "im4gn.large",
    "g5g.xlarge",
    "hpc7g.4xlarge",
    "c7g-flex.large",
  ])("is true of %s", (type) => {
    expect(isArm(type)).toBe(true);
  });

  test.each(["t3.large", "g5.xlarge", "g4dn.xlarge", "m6id.large", "i4i.large", "c6gx", "a10.large", ""])(
    "is false of %j",
    (type) => {
      expect(isArm(type)).toBe(false);
    },
  );
});
