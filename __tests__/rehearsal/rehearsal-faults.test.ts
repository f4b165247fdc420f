import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { spawnSync } from "node:child_process";

import { SOCK_SHOP_SERVICES } from "../../lib/sock-shop/services";
import { pathWithout, REHEARSAL_FAULTS, rehearsalFault } from "../../tools/rehearsal/rehearsal-faults";
import { temporaryDirectory } from "./support";

const FAULTS = Object.entries(REHEARSAL_FAULTS);

describe("the faults of a rehearsal", () => {
  it.each(FAULTS)("%s has a text that tells it from others, and one line for the list", (_, fault) => {
    expect(fault.texts.length).toBeGreaterThan(0);
    expect(fault.description).toMatch(/^\S[^\n]{10,80}$/);
  });

  it("hit tasks that Sock Shop has", () => {
    const hit = FAULTS.flatMap(([, { tasks = {} }]) => Object.keys(tasks));

    expect(SOCK_SHOP_SERVICES.map(({ name }) => name)).toEqual(expect.arrayContaining(hit));
  });

  it("are had by their names", () => {
    expect(FAULTS.map(([name]) => rehearsalFault(name))).toEqual(
      FAULTS.map(([name, fault]) => ({ name, ...fault })),
    );
  });

  it.each(["none", "toString", ""])("are not had by %j", (name) => {
    expect(() => rehearsalFault(name)).toThrow(
      `rehearse: '--fault' must be one of ${FAULTS.map(([known]) => known).join(", ")}, got ${JSON.stringify(name)}; '--fault list'`,
    );
  });

  it("are in the docs, each with what a person sees", () => {
    const docs = readFileSync(join(__dirname, "../../docs/rehearsal.md"), "utf8").replace(/\s+/g, " ");

    for (const [name, { texts }] of FAULTS) {
      expect(docs).toContain(`\`${name}\``);
      for (const text of texts) expect(docs).toContain(text);
    }
  });
});

describe("pathWithout", () => {
  const { directory, remove } = temporaryDirectory();
  const path = process.env.PATH;
  afterAll(() => {
    process.env.PATH = path;
    remove();
  });

  it("leaves one program out, and keeps what lies beside it", () => {
    for (const folder of ["both", "other"]) mkdirSync(join(directory, folder));
    for (const program of ["both/wanted", "both/unwanted", "other/another"]) {
      writeFileSync(join(directory, program), `#!/bin/sh\necho ${program}\n`);
      chmodSync(join(directory, program), 0o755);
    }
    process.env.PATH = [join(directory, "both"), "", join(directory, "other"), "/bin"].join(delimiter);

    const without = pathWithout("unwanted", join(directory, "links"));

    expect(without.split(delimiter)).toEqual([
      join(directory, "links/path-0"),
      join(directory, "other"),
      "/bin",
    ]);
    const run = (program: string) => spawnSync(program, { env: { PATH: without } });
    expect(run("wanted").stdout.toString()).toBe("both/wanted\n");
    expect(run("another").stdout.toString()).toBe("other/another\n");
    expect(run("unwanted").error).toMatchObject({ code: "ENOENT" });
    expect(readdirSync(join(directory, "both")).sort()).toEqual(["unwanted", "wanted"]);
  });
});
