import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { Instance as AwsInstance } from "@cdktf/provider-aws/lib/instance";

import { type UserDataFile, userDataFiles, writeUserDataFiles } from "../../tools/rehearsal/user-data";
import { testCluster, testStack } from "../support/stacks";
import { resourcesById } from "../support/template";
import { temporaryDirectory } from "./support";

/** Files of the first machine of a role, as the library makes them. */
function filesOf(role: string): readonly UserDataFile[] {
  const stack = testStack();
  testCluster(stack);
  const instances = Object.entries(resourcesById(stack, AwsInstance));
  return userDataFiles(instances.find(([id]) => id.includes(role))?.[1].user_data_base64);
}

describe.each(["Master1", "Agent1"])("the user-data of %s, on a machine", (role) => {
  const { directory, remove } = temporaryDirectory();
  const files = filesOf(role);

  beforeAll(() => writeUserDataFiles(directory, files));
  afterAll(remove);

  it("is files, as they were written", () => {
    expect(files.length).toBeGreaterThan(2);
    expect(
      files.map(({ path }) => ({
        path,
        permissions: (statSync(join(directory, path)).mode & 0o7777).toString(8).padStart(4, "0"),
        content: readFileSync(join(directory, path), "utf8"),
      })),
    ).toEqual(files);
  });
});

describe("userDataFiles", () => {
  const config = (document: object) => `#cloud-config\n${JSON.stringify(document)}`;
  const file = { path: "/a", permissions: "0644", content: "é" };
  const base64 = (text: string) => Buffer.from(text).toString("base64");

  it("reads what is not gzipped too", () => {
    expect(userDataFiles(base64(config({ write_files: [file] })))).toEqual([file]);
  });

  it.each([
    undefined,
    null,
    "",
    base64("#!/bin/sh\n"),
    base64("#cloud-config\nwrite_files: []\n"),
    base64(config({})),
  ])("finds none in %j", (data) => {
    expect(userDataFiles(data)).toEqual([]);
  });
});
