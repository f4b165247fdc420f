import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { buildRegistry, registryContentType } from "../../../../tools/lab/stand-ins/package/image-registry";

describe("registry of images", () => {
  let directory: string;
  beforeEach(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), "registry-"))));
  afterEach(() => fs.rmSync(directory, { recursive: true }));

  it("holds an image under each name, every part under the digest of its content", async () => {
    const root = path.join(directory, "root");
    fs.mkdirSync(root);
    fs.writeFileSync(path.join(root, "entrypoint"), "x");
    await buildRegistry(
      { names: ["a/one", "a/two"], tag: "1", root, entrypoint: ["/entrypoint"] },
      directory,
    );
    for (const name of ["a/one", "a/two"]) {
      const repository = path.join(directory, "v2", name);
      const manifest = JSON.parse(fs.readFileSync(path.join(repository, "manifests/1"), "utf8")) as {
        config: { digest: string };
        layers: { digest: string; size: number }[];
      };
      for (const { digest } of [manifest.config, ...manifest.layers]) {
        const content = fs.readFileSync(path.join(repository, "blobs", digest));
        expect(digest).toBe(`sha256:${createHash("sha256").update(content).digest("hex")}`);
      }
    }
  });

  it("tells Docker what a manifest is", () => {
    expect(registryContentType("/v2/a/one/manifests/1")).toContain("manifest.v2+json");
    expect(registryContentType("/v2/a/one/blobs/sha256:1")).toBe("application/octet-stream");
  });
});
