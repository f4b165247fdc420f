import { gunzipSync } from "node:zlib";

import { Instance } from "@cdktf/provider-aws/lib/instance";

import { MesosStack, readArtifacts, readSettings, StateLocation } from "../../lib/app";
import { testApp } from "../support/stacks";
import { resourcesOf } from "../support/template";

const SHA256 = "9e6207ab67434c0cff4cebb0f96772674c72da0675f547650b222daed1471c79";
const NAMES = "mesos, mesosDns, weave, weaveImages, zooKeeper, docker";

/** One of each kind, as a machine reads it and as cdktf.json has it. */
const ROUTES = {
  mesos: [
    {
      kind: "apt",
      package: "aventer-mesos",
      version: "1.11.0-0.9.0",
      url: "http://10.0.0.2/Debian",
      keyUrl: "http://10.0.0.2/key.asc",
      keyFingerprint: "BA227EBC312D2E43498A533963F8CEE149ACA59E",
    },
    { kind: "download", url: "http://10.0.0.2/mesos.deb", allowUnverified: true },
  ],
  weave: [{ kind: "download", url: "http://10.0.0.2/weave", sha256: SHA256 }],
  weaveImages: [{ kind: "image", image: "registry.example/avhost/weave:3.0.2" }],
  zooKeeper: [{ kind: "onImage" }],
  docker: [{ kind: "distribution", package: "docker.io" }],
};

/** What the machines of the app are told. */
function told(artifacts: unknown, mirror?: unknown) {
  const state = StateLocation.from("/project", undefined);
  const stack = new MesosStack(testApp(), "mesos", readSettings({}), state, readArtifacts(artifacts, mirror));
  const [{ user_data_base64 }] = resourcesOf(stack, Instance);
  const text = gunzipSync(Buffer.from(user_data_base64, "base64")).toString();
  const { write_files } = JSON.parse(text.replace(/^#cloud-config\n/, ""));
  const file = write_files.find(({ path }: { path: string }) => path === "/etc/cdktf-mesos/artifacts.json");
  return JSON.parse(file.content);
}

describe("readArtifacts", () => {
  it("takes sources as machines read them, and leaves the rest as it is", () => {
    const { mesosDns, ...given } = told(ROUTES);

    expect(given).toEqual(ROUTES);
    expect(mesosDns).toEqual(told(undefined).mesosDns);
  });

  it("takes a mirror", () => {
    expect(told({ weave: ROUTES.weave }, "http://10.0.0.9/files").weave[0].url).toBe(
      "http://10.0.0.9/files/10.0.0.2/weave",
    );
  });

  it("takes nothing", () => {
    expect(readArtifacts(undefined, undefined)).toEqual({});
    expect(readArtifacts({}, undefined)).toEqual({ artifacts: {} });
  });

  it("leaves values to the cluster", () => {
    expect(() => told({ weave: [{ kind: "download", url: "http://10.0.0.2/weave" }] })).toThrow(
      "mesos/Cluster: 'artifacts.weave[0]' must have a sha256 to come over plain HTTP, where anyone in between may " +
        'change it, got "http://10.0.0.2/weave"; give its sha256, or set allowUnverified',
    );
  });

  const object = `artifacts in cdktf.json must be an object with lists of sources by the names ${NAMES}, got`;
  const kind =
    "artifacts.mesos[0] in cdktf.json must be an object whose kind is one of distribution, apt, download, image, onImage, got";
  const mesos = (source: unknown) => ({ mesos: [source] });

  it.each<[unknown, string]>([
    [[], `${object} []`],
    [null, `${object} null`],
    ["weave", `${object} "weave"`],
    [{ mesosdns: [] }, `${object} "mesosdns"`],
    [{ mesos: "apt" }, 'artifacts.mesos in cdktf.json must be a list of sources, got "apt"'],
    [mesos("apt"), `${kind} "apt"`],
    [mesos(null), `${kind} null`],
    [mesos({ url: "x" }), `${kind} {"url":"x"}`],
    [mesos({ kind: "deb" }), `${kind} {"kind":"deb"}`],
    [mesos({ kind: "toString" }), `${kind} {"kind":"toString"}`],
    [
      mesos({ kind: "distribution", name: "mesos" }),
      'artifacts.mesos[0] in cdktf.json must have package, got {"kind":"distribution","name":"mesos"}',
    ],
    [
      mesos({ kind: "apt", package: "mesos" }),
      "artifacts.mesos[0] in cdktf.json must have package, url, keyUrl, keyFingerprint, and may have version, " +
        'got {"kind":"apt","package":"mesos"}',
    ],
    [
      mesos({ kind: "download", url: "x", allowUnverified: "yes" }),
      "artifacts.mesos[0] in cdktf.json must have url, and may have sha256, allowUnverified, " +
        'got {"kind":"download","url":"x","allowUnverified":"yes"}',
    ],
    [
      mesos({ kind: "image", image: 7 }),
      'artifacts.mesos[0] in cdktf.json must have image, got {"kind":"image","image":7}',
    ],
    [
      mesos({ kind: "onImage", path: "/usr/bin" }),
      'artifacts.mesos[0] in cdktf.json must have nothing but its kind, got {"kind":"onImage","path":"/usr/bin"}',
    ],
  ])("fails for %j", (artifacts, message) => {
    expect(() => readArtifacts(artifacts, undefined)).toThrow(new Error(`context.${message}`));
  });

  it("fails for a mirror that is no text", () => {
    expect(() => readArtifacts(undefined, ["http://10.0.0.9"])).toThrow(
      new Error('context.artifactMirror in cdktf.json must be a text, got ["http://10.0.0.9"]'),
    );
  });
});
