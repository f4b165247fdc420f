import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ArtifactSource } from "../../../lib/machine/artifact-source";
import type { Route } from "../../lab/stand-ins/package/stand-ins";
import { aptSource, expiredRepository, foreignProgram, lacksLibrary, mesosOf } from "./bad-artifacts";
import type { Refusal, RefusalWorld } from "./refusal";
import { delayedBoot, refusedBoot } from "./refused-boot";
import { REFUSED_CLUSTERS } from "./refused-clusters";

/** The first range that is for refusals; those below are for clusters of the lab. */
const FIRST_RANGE = 100;

/** As many machines as two cores bear. */
const SIDE_BY_SIDE = 6;

const HOURS = 3600;

/** Hosts of the lab's web. */
const [MIRROR, ARTIFACTS] = ["packages.lab.internal", "artifacts.lab.internal"];

/** As long as something is away that comes back, in seconds. */
const AWAY_SEC = 60;

const INSTALLED = "[[ -e /var/lib/cdktf-mesos/steps/install-node ]]";

/** Everything that must keep a machine from becoming a node, or must not. */
export const REFUSALS: readonly Refusal[] = [
  refusedBoot({
    name: "other-architecture",
    title: "an image for another processor (32-bit x86 stands in for arm64)",
    circumstances: { image: { personality: "x86" } },
    check: "check-image",
    says: [/^'image' must be for amd64, got i[36]86;/],
  }),
  refusedBoot({
    name: "unknown-distribution",
    title: "an image of a distribution we do not know",
    circumstances: { image: { files: { "usr/lib/os-release": 'ID=fedora\nVERSION_ID="41"\n' } } },
    check: "check-image",
    says: [/^'image' must be Ubuntu 22\.04 or 24\.04, or Debian 12, got fedora 41/],
  }),
  refusedBoot({
    name: "old-debian",
    title: "an image of Debian 11",
    circumstances: { image: { files: { "usr/lib/os-release": 'ID=debian\nVERSION_ID="11"\n' } } },
    check: "check-image",
    says: [/^'image' must be Ubuntu 22\.04 or 24\.04, or Debian 12, got debian 11/],
  }),
  refusedBoot({
    name: "cgroup-v1",
    title: "a host with control groups of version 1",
    circumstances: { image: { controlGroups: "v1" } },
    check: "check-image",
    says: [/got v1;/, /boot it with systemd\.unified_cgroup_hierarchy=1/],
  }),
  ...(fs.existsSync("/sys/fs/cgroup/unified") ? [hybrid()] : []),
  refusedBoot({
    name: "small-disk",
    title: "a disk that is full before anything is installed",
    circumstances: { image: { varMiB: 1024 } },
    check: "check-image",
    says: [/^\/var must have 4096 MiB free, got \d+ MiB; take a larger volume/],
  }),
  refusedBoot({
    name: "clock-behind",
    title: "a clock that is hours behind (the metadata service's is ahead: machines here have the host's)",
    circumstances: { metadataOffSec: 5 * HOURS },
    check: "check-image",
    says: [
      /^the clock must be right, got -1(?:799\d|800\d) s off the metadata service's; is a time service running/,
    ],
  }),
  refusedBoot({
    name: "clock-ahead",
    title: "a clock that is hours ahead (the metadata service's is behind)",
    circumstances: { metadataOffSec: -5 * HOURS },
    check: "check-image",
    says: [
      /^the clock must be right, got 1(?:799\d|800\d) s off the metadata service's; is a time service running/,
    ],
  }),
  refusedBoot({
    name: "settings-incomplete",
    title: "settings that lack some (in the user-data)",
    file: ["/etc/cdktf-mesos/node.env", (env) => env.replace(/^(?:MASTERS|WEAVE_MTU)=.*\n/gm, "")],
    check: "check-image",
    says: [/node\.env lacks: MASTERS WEAVE_MTU/],
  }),
  refusedBoot({
    name: "wrong-checksum",
    title: "a file that differs from its checksum",
    sources: () => ({
      weave: [ArtifactSource.download(`https://${ARTIFACTS}/weave`, { sha256: "0".repeat(64) })],
    }),
    check: "install-node",
    short: true,
    says: [
      /^'artifacts\.weave' must be what its sha256 says, got another file from https:\/\/artifacts\.lab\.internal\/weave;/,
      /wanted 0{64}, got [0-9a-f]{64}$/,
    ],
  }),
  refusedBoot({
    name: "artifacts-gone",
    title: "a host of artifacts that is gone",
    circumstances: { hostsGone: [ARTIFACTS] },
    check: "install-node",
    says: [
      /^'artifacts\.weave' must name a way that works, got download https:.*\/weave \(curl: \(\d+\) .+\)$/,
    ],
  }),
  refusedBoot({
    name: "artifacts-silent",
    title: "a host of artifacts that takes requests and never answers",
    circumstances: { hostsSilent: [ARTIFACTS] },
    check: "install-node",
    says: [
      /^'artifacts\.weave' must name a way that works, got download https:.*\/weave \(curl: \(28\) Operation too slow/,
    ],
  }),
  refusedBoot({
    name: "mirror-gone",
    title: "a mirror of the distribution that is gone",
    circumstances: { hostsGone: [MIRROR] },
    check: "install-node",
    says: [
      /^cannot install .*jq.*: E: .*packages\.lab\.internal/,
      /a machine needs a way to its distribution's repositories/,
    ],
  }),
  delayedBoot({
    name: "hosts-return",
    title: "a mirror and then a host of artifacts that are gone for a minute each",
    circumstances: { hostsGone: [MIRROR, ARTIFACTS] },
    meanwhile: async (machine) => {
      await machine.until("systemctl --quiet is-active sshd || systemctl --quiet is-active ssh", 120);
      await sleep(AWAY_SEC * 1000);
      await machine.setCircumstances({ hostsGone: [ARTIFACTS] });
      await machine.until("systemctl --quiet is-active docker", 300);
      await sleep(AWAY_SEC * 1000);
      await machine.setCircumstances({});
    },
  }),
  refusedBoot({
    name: "key-expired",
    title: "a repository whose key has expired",
    sources: expiredRepository,
    check: "install-node",
    says: [
      /^'artifacts\.mesos' must name a way that works, got apt https:.* \(its key has expired on 2024-01-02\)$/,
    ],
  }),
  refusedBoot({
    name: "key-unknown",
    title: "a repository signed by another key",
    sources: ({ standIns }) => ({
      mesos: [aptSource({ ...(standIns.routes.mesos[0] as Route), keyFingerprint: "A".repeat(40) })],
    }),
    check: "install-node",
    says: [/^'artifacts\.mesos' must name .* \(its key must have the fingerprint A{40}, got [0-9A-F]{40}/],
  }),
  refusedBoot({
    name: "resolver-silent",
    title: "a resolver that does not answer",
    circumstances: { resolverSilent: true },
    check: "install-node",
    says: [/^cannot install .*jq.*: E: .*resolv/, /DNS/],
  }),
  delayedBoot({
    name: "resolver-returns",
    title: "a resolver that does not answer for a minute",
    circumstances: { resolverSilent: true },
    meanwhile: async (machine) => {
      await machine.until("systemctl --quiet is-active systemd-resolved", 120);
      await sleep(AWAY_SEC * 1000);
      await machine.setCircumstances({});
    },
  }),
  refusedBoot({
    name: "metadata-silent",
    title: "a metadata service that does not answer",
    role: "agent",
    circumstances: { metadataSilent: true },
    check: "configure-node",
    says: [/^the metadata service at 169\.254\.169\.254 does not answer; is it turned off\?/],
  }),
  delayedBoot({
    name: "metadata-late",
    title: "a metadata service that does not answer until half a minute after it is asked",
    circumstances: { metadataSilent: true },
    meanwhile: async (machine) => {
      await machine.until(INSTALLED, 400);
      await sleep((AWAY_SEC / 2) * 1000);
      await machine.setCircumstances({});
    },
  }),
  refusedBoot({
    name: "routes-damaged",
    title: "a table of artifacts that is cut off (in the user-data)",
    file: ["/etc/cdktf-mesos/artifacts.json", (json) => json.slice(0, json.length / 2)],
    check: "install-node",
    short: true,
    says: [/artifacts\.json must be JSON.*got: /, /terraform apply -replace/],
  }),
  refusedBoot({
    name: "disk-fills",
    title: "a disk that becomes full while packages are installed",
    circumstances: { image: { varMiB: 6144 } },
    meanwhile: async (machine) => {
      // the brackets keep it from finding itself; while apt writes, the size that was asked for may be too small
      const shrink = "mount -o remount,size=$(df --output=used --block-size=1K /var | tail -n 1)k /var";
      await machine.until(`pgrep -f '[a]pt-get .*docker.io' && ${shrink}`, 300);
    },
    check: "install-node",
    says: [/^\/var has only \d+ MiB left; take a larger volume/],
  }),
  refusedBoot({
    name: "library-missing",
    title: "a program that lacks a library",
    sources: (world) => mesosOf(world, "lacks-library", lacksLibrary()),
    check: "install-node",
    says: [
      /^mesos-master lacks libraries: libq\.so\.6;/,
      /'artifacts\.mesos' must be built for this distribution/,
    ],
  }),
  refusedBoot({
    name: "program-foreign",
    title: "a program that does not run (one for another processor)",
    sources: (world) => mesosOf(world, "foreign", foreignProgram()),
    check: "install-node",
    says: [/^mesos-master does not run: .*[Ee]xec format error/, /'artifacts\.mesos' must be built for this/],
  }),
  ...REFUSED_CLUSTERS,
];

/** Only a host that is one has such machines. */
function hybrid(): Refusal {
  return refusedBoot({
    name: "cgroup-hybrid",
    title: "a host with control groups of both versions (where the lab's own host is one)",
    circumstances: { image: { controlGroups: "hybrid" } },
    check: "check-image",
    says: [/got v1 and v2 \(hybrid\);/, /boot it with systemd\.unified_cgroup_hierarchy=1/],
  });
}

/** Plays one of them in a VPC of its own. */
export async function playRefusal(refusal: Refusal, world: Omit<RefusalWorld, "range">): Promise<void> {
  await refusal.play({ ...world, range: FIRST_RANGE + REFUSALS.indexOf(refusal) });
}

/** Plays many, some side by side, and gives at once how each will end. */
export function playRefusals(
  refusals: readonly Refusal[],
  world: Omit<RefusalWorld, "range">,
): ReadonlyMap<string, Promise<void>> {
  const lanes = Array.from({ length: SIDE_BY_SIDE }, () => Promise.resolve());
  const ends = refusals.map((refusal, index) => {
    const end = (lanes[index % SIDE_BY_SIDE] as Promise<void>).then(() => playRefusal(refusal, world));
    lanes[index % SIDE_BY_SIDE] = end.catch(() => undefined);
    return [refusal.name, end] as const;
  });
  return new Map(ends);
}
