import { createHash } from "node:crypto";

import type { Computed, DataSource, Settings } from "../rules";
import { isFields, isList } from "../value";
import type { Fields, Value } from "../value";
import { text, texts } from "./checks";
import { ACCOUNT } from "./naming";
import { zoneId, zoneNames } from "./zones";

/** Data sources whose values are worth more than an empty answer. */
export const DATA_SOURCES: Readonly<Record<string, DataSource>> = {
  aws_ami: machineImage,
  aws_availability_zones: availabilityZones,
  aws_caller_identity: callerIdentity,
  aws_ec2_instance_type: instanceType,
  aws_region: thisRegion,
};

/**
 * The image a search finds: always the same for the same search, unless `CDKTF_MESOS_TEST_AMI` names another, as if
 * one had been published since.
 *
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/ami
 */
function machineImage(config: Fields, settings: Settings): Computed {
  const search = JSON.stringify([filters(config), texts(config.owners), config.name_regex ?? null]);
  const id =
    process.env.CDKTF_MESOS_TEST_AMI ??
    `ami-${createHash("sha256").update(search).digest("hex").slice(0, 17)}`;
  return {
    id,
    image_id: id,
    arn: `arn:aws:ec2:${regionOf(config, settings)}::image/${id}`,
    architecture: filters(config).architecture?.[0] ?? "x86_64",
    name: filters(config).name?.[0]?.replaceAll("*", "20260101") ?? id,
    owner_id: ACCOUNT,
    image_type: "machine",
    hypervisor: "xen",
    virtualization_type: "hvm",
    root_device_name: "/dev/sda1",
    root_device_type: "ebs",
    creation_date: "2026-01-01T00:00:00.000Z",
    ena_support: true,
    public: true,
    state: "available",
  };
}

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/availability_zones */
function availabilityZones(config: Fields, settings: Settings): Computed {
  const region = regionOf(config, settings);
  const excluded = [...texts(config.exclude_names), ...texts(config.exclude_zone_ids)];
  const names = zoneNames(region).filter(
    (name) => !excluded.includes(name) && !excluded.includes(zoneId(name)),
  );
  return { id: region, names, zone_ids: names.map(zoneId), group_names: [region] };
}

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/caller_identity */
function callerIdentity(): Computed {
  return {
    id: ACCOUNT,
    account_id: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/tester`,
    user_id: "AIDATESTER",
  };
}

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/region */
function thisRegion(config: Fields, settings: Settings): Computed {
  const region = regionOf(config, settings);
  return { id: region, name: region, region, description: region, endpoint: `ec2.${region}.amazonaws.com` };
}

/** Memory of an instance by its family, in GiB for each virtual processor. */
const MEMORY_RATIO: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8, t: 4 };

/** Virtual processors by size; the small ones of the burstable families share two. */
const PROCESSORS: Readonly<Record<string, number>> = { medium: 1, large: 2, xlarge: 4 };

/** Memory of the small burstable sizes, in MiB. */
const BURSTABLE_MIB: Readonly<Record<string, number>> = {
  nano: 512,
  micro: 1024,
  small: 2048,
  medium: 4096,
  large: 8192,
};

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/ec2_instance_type */
function instanceType(config: Fields): Computed {
  const type = text(config.instance_type) ?? "";
  const [family = "", size = ""] = type.split(".");
  const burstable = family.startsWith("t");
  const times = /^(\d+)xlarge$/.exec(size)?.[1];
  const processors =
    times === undefined
      ? burstable
        ? Math.max(2, PROCESSORS[size] ?? 2)
        : (PROCESSORS[size] ?? 2)
      : 4 * Number(times);
  const memory =
    (burstable ? BURSTABLE_MIB[size] : undefined) ??
    processors * 1024 * (MEMORY_RATIO[family.charAt(0)] ?? 4);
  return {
    id: type,
    default_vcpus: processors,
    default_cores: Math.max(1, processors / 2),
    default_threads_per_core: 2,
    memory_size: memory,
    supported_architectures: [/^[a-z]+\d+g/.test(family) ? "arm64" : "x86_64"],
    burstable_performance_supported: burstable,
    current_generation: true,
    hypervisor: "nitro",
    maximum_network_interfaces: 3,
    maximum_ipv4_addresses_per_interface: 12,
  };
}

function regionOf(config: Fields, settings: Settings): string {
  return String(text(config.region) ?? text(settings.region) ?? "");
}

function filters(config: Fields): Record<string, string[]> {
  const blocks: readonly Value[] = isList(config.filter) ? config.filter : [];
  return Object.fromEntries(
    blocks.filter(isFields).map((filter) => [String(filter.name), texts(filter.values)]),
  );
}
