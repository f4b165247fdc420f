import type { Refusal, RefusalWorld } from "./refusal";
import { refusedBoot } from "./refused-boot";

/** The first range that is for refusals; those below are for clusters of the lab. */
const FIRST_RANGE = 100;

/** As many machines as two cores bear. */
const SIDE_BY_SIDE = 6;

const HOURS = 3600;

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
  refusedBoot({
    name: "cgroup-hybrid",
    title: "a host with control groups of both versions (where the lab's own host is one)",
    circumstances: { image: { controlGroups: "hybrid" } },
    check: "check-image",
    says: [/got v1 and v2 \(hybrid\);/, /boot it with systemd\.unified_cgroup_hierarchy=1/],
  }),
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
];

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
