import { gunzipSync } from "node:zlib";

import fc from "fast-check";

import { cloudConfig, deterministicGzip } from "../../lib/machine/cloud-config";
import { anyText } from "../support/any-text";

const HEADER = "#cloud-config\n";

function parsed(text: string): unknown {
  expect(text.startsWith(HEADER)).toBe(true);
  return JSON.parse(text.slice(HEADER.length));
}

describe("cloudConfig", () => {
  it("writes the files and runs the command", () => {
    const text = cloudConfig({
      files: [{ path: "/etc/a", mode: "0644", content: 'A="b"\n' }],
      command: ["/opt/bin/boot", "--all"],
    });

    expect(parsed(text)).toEqual({
      write_files: [{ path: "/etc/a", permissions: "0644", content: 'A="b"\n' }],
      runcmd: [["/opt/bin/boot", "--all"]],
    });
  });

  it("keeps every content as it is", () => {
    fc.assert(
      fc.property(anyText, (content) => {
        const text = cloudConfig({ files: [{ path: "/a", mode: "0644", content }], command: ["/a"] });

        expect(parsed(text)).toMatchObject({ write_files: [{ content }] });
      }),
    );
  });
});

describe("deterministicGzip", () => {
  it("is read by every gunzip", () => {
    fc.assert(
      fc.property(anyText, (text) => expect(gunzipSync(deterministicGzip(text)).toString()).toBe(text)),
    );
  });

  it("holds neither time, name nor operating system", () => {
    const [flags, time, system] = [3, 4, 9];
    const bytes = deterministicGzip("text");

    expect(bytes[flags]).toBe(0);
    expect(bytes.readUInt32LE(time)).toBe(0);
    expect(bytes[system]).toBe(255);
  });
});
