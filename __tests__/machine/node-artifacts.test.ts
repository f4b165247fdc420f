import { TerraformVariable } from "cdktf";

import { type AptPackage, ArtifactSource } from "../../lib/machine/artifact-source";
import { ARTIFACTS } from "../../lib/machine/artifacts";
import { artifactsFile, type NodeArtifacts } from "../../lib/machine/node-artifacts";
import { testStack } from "../support/stacks";

const SHA256 = "9e6207ab67434c0cff4cebb0f96772674c72da0675f547650b222daed1471c79";
const FINGERPRINT = "BA227EBC312D2E43498A533963F8CEE149ACA59E";
const REPOSITORY: AptPackage = {
  packageName: "aventer-mesos",
  url: "http://rpm.aventer.biz/Ubuntu",
  keyUrl: "https://www.aventer.biz/assets/support_aventer.asc",
  keyFingerprint: FINGERPRINT,
};
const { apt, distribution, download, image, onImage } = ArtifactSource;

function rendered(artifacts: NodeArtifacts, mirror?: string) {
  return JSON.parse(artifactsFile(testStack(), artifacts, mirror).content);
}

describe("artifactsFile", () => {
  it("is a file on the machine with the routes of the table", () => {
    expect(artifactsFile(testStack(), {})).toMatchObject({
      path: "/etc/cdktf-mesos/artifacts.json",
      mode: "0644",
    });
    expect(rendered({})).toEqual(
      Object.fromEntries(Object.entries(ARTIFACTS).map(([name, { routes }]) => [name, routes])),
    );
  });

  it("holds the given sources in their order, and the table's of all else", () => {
    const artifacts = rendered({
      mesos: [apt({ ...REPOSITORY, version: "1.11.0-0.9.0" }), apt(REPOSITORY), onImage()],
      mesosDns: [
        download("http://files.example/mesos-dns", { sha256: SHA256 }),
        download("http://files.example/mesos-dns", { allowUnverified: true }),
        download("https://files.example:8443/a/mesos-dns_0.9.0~1+b%20c.deb", { allowUnverified: false }),
      ],
      weaveImages: [image("registry.example:5000/avhost/weave:3.0.2"), onImage()],
      docker: [distribution("docker-ce")],
    });

    const { packageName, ...repository } = REPOSITORY;
    const { mesos, mesosDns, weaveImages, docker, ...rest } = artifacts;
    expect(mesos).toEqual([
      { kind: "apt", package: packageName, version: "1.11.0-0.9.0", ...repository },
      { kind: "apt", package: packageName, ...repository },
      { kind: "onImage" },
    ]);
    expect(mesosDns).toEqual([
      { kind: "download", url: "http://files.example/mesos-dns", sha256: SHA256 },
      { kind: "download", url: "http://files.example/mesos-dns", allowUnverified: true },
      { kind: "download", url: "https://files.example:8443/a/mesos-dns_0.9.0~1+b%20c.deb" },
    ]);
    expect(weaveImages).toEqual([
      { kind: "image", image: "registry.example:5000/avhost/weave:3.0.2" },
      { kind: "onImage" },
    ]);
    expect(docker).toEqual([{ kind: "distribution", package: "docker-ce" }]);
    expect(rest).toEqual({ weave: ARTIFACTS.weave.routes, zooKeeper: ARTIFACTS.zooKeeper.routes });
  });

  it("takes a fingerprint as people copy it", () => {
    const keyFingerprint = "ba22 7ebc 312d 2e43 498a  5339 63f8 cee1 49ac a59e";

    expect(rendered({ mesos: [apt({ ...REPOSITORY, keyFingerprint })] }).mesos[0].keyFingerprint).toBe(
      FINGERPRINT,
    );
  });

  describe("with a mirror", () => {
    it.each(["https://mirror.example/files", "https://mirror.example/files/"])(
      "%s has it in every URL",
      (mirror) => {
        const { mesos, weave, docker } = rendered(
          { mesos: [apt(REPOSITORY), download("https://files.example:8443/a/b.deb")] },
          mirror,
        );

        expect(mesos.map(({ url, keyUrl }: { url: string; keyUrl?: string }) => [url, keyUrl])).toEqual([
          [
            "https://mirror.example/files/rpm.aventer.biz/Ubuntu",
            "https://mirror.example/files/www.aventer.biz/assets/support_aventer.asc",
          ],
          ["https://mirror.example/files/files.example:8443/a/b.deb", undefined],
        ]);
        expect(weave[0].url).toMatch(
          /^https:\/\/mirror\.example\/files\/raw\.githubusercontent\.com\/AVENTER-UG/,
        );
        expect(docker).toEqual([{ kind: "distribution", package: "docker.io" }]);
      },
    );

    it("leaves out what of the table only HTTPS vouches for, when it has none", () => {
      const kinds = (mirror: string) =>
        Object.values<{ kind: string }[]>(rendered({}, mirror)).map((routes) =>
          routes.map(({ kind }) => kind),
        );
      const secure = kinds("https://mirror.example");

      expect(secure).toEqual(Object.values(ARTIFACTS).map(({ routes }) => routes.map(({ kind }) => kind)));
      expect(kinds("http://mirror.example")).toEqual([
        ["apt", "apt", "apt"],
        ["apt", "apt", "apt"],
        ...secure.slice(2),
      ]);
    });

    it("fails when a download comes to be without any proof", () => {
      const mesos = [download("https://files.example/mesos.deb")];

      expect(() => rendered({ mesos }, "http://10.1.2.3:8080")).toThrow(
        "test: 'artifacts.mesos[0]' must have a sha256 to come over plain HTTP, where anyone in between may change it, " +
          'got "http://10.1.2.3:8080/files.example/mesos.deb"; give its sha256, or set allowUnverified',
      );
    });

    it.each([
      "",
      "mirror.example",
      "ftp://mirror.example",
      "https://mirror.example?x",
      "https://a b",
      'https://a/"',
    ])("fails for %j", (mirror) => {
      expect(() => rendered({}, mirror)).toThrow(
        new Error(
          `test: 'artifactMirror' must be a literal URL like "https://mirror.example.com/files", got ${JSON.stringify(mirror)}`,
        ),
      );
    });

    it("fails for a token", () => {
      const stack = testStack();
      const token = new TerraformVariable(stack, "mirror", { type: "string" }).stringValue;

      expect(() => artifactsFile(stack, {}, token)).toThrow(
        new Error(
          "test: 'artifactMirror' must be a literal URL like \"https://mirror.example.com/files\", got a token",
        ),
      );
    });
  });

  it.each<[string, NodeArtifacts, string]>([
    [
      "no source",
      { weave: [] },
      "'artifacts.weave' must hold at least one source, got []; leave it out for the default",
    ],
    [
      "HTTP without a proof",
      { mesos: [onImage(), download("http://a.example/x.deb")] },
      "'artifacts.mesos[1]' must have a sha256 to come over plain HTTP, where anyone in between may change it, " +
        'got "http://a.example/x.deb"; give its sha256, or set allowUnverified',
    ],
    [
      "a package that is none",
      { docker: [distribution("docker io")] },
      '\'artifacts.docker[0]\' must name a package like "docker.io", got "docker io"',
    ],
    [
      "an option in place of a package",
      { docker: [apt({ ...REPOSITORY, packageName: "-o=x" })] },
      '\'artifacts.docker[0]\' must name a package like "docker.io", got "-o=x"',
    ],
    [
      "a version that is none",
      { mesos: [apt({ ...REPOSITORY, version: "1.11 0" })] },
      '\'artifacts.mesos[0]\' must have a version like "1.11.0-0.7.1", got "1.11 0"',
    ],
    [
      "a fingerprint that is too short",
      { mesos: [apt({ ...REPOSITORY, keyFingerprint: "63F8 CEE1 49AC A59E" })] },
      "'artifacts.mesos[0]' must have a fingerprint of its key of 40 hexadecimal digits, got \"63F8CEE149ACA59E\"",
    ],
    [
      "a key's URL that is none",
      { mesos: [apt({ ...REPOSITORY, keyUrl: "/srv/key.asc" })] },
      '\'artifacts.mesos[0]\' must have a URL of its key like "https://example.com/key.asc", got "/srv/key.asc"',
    ],
    [
      "a URL that is none",
      { weave: [download("weave")] },
      '\'artifacts.weave[0]\' must have a URL like "https://example.com/mesos.deb", got "weave"',
    ],
    [
      "a URL that a shell would read otherwise",
      { weave: [download("https://example.com/$(x)")] },
      '\'artifacts.weave[0]\' must have a URL like "https://example.com/mesos.deb", got "https://example.com/$(x)"',
    ],
    [
      "a checksum of another kind",
      { weave: [download("https://example.com/weave", { sha256: "d41d8cd98f00b204e9800998ecf8427e" })] },
      "'artifacts.weave[0]' must have a sha256 of 64 hexadecimal digits, got \"d41d8cd98f00b204e9800998ecf8427e\"",
    ],
    [
      "an image where a program is needed",
      { mesos: [image("mesos:1")] },
      "'artifacts.mesos[0]' must be a package or a download, or onImage, got an image",
    ],
    [
      "a program where an image is needed",
      { weaveImages: [download("https://example.com/weave")] },
      "'artifacts.weaveImages[0]' must be an image, or onImage, got a download",
    ],
    [
      "an image that is none",
      { weaveImages: [image("avhost/weave:")] },
      '\'artifacts.weaveImages[0]\' must name an image like "avhost/weave:3.0.2", got "avhost/weave:"',
    ],
  ])("fails for %s", (_, artifacts, message) => {
    expect(() => rendered(artifacts)).toThrow(new Error(`test: ${message}`));
  });

  it("fails for what is known only to Terraform", () => {
    const stack = testStack();
    const url = new TerraformVariable(stack, "url", { type: "string" }).stringValue;

    expect(() => artifactsFile(stack, { weave: [download(url)] })).toThrow(
      new Error("test: 'artifacts.weave[0]' must be known at synth, got a token; give the text itself"),
    );
  });
});
