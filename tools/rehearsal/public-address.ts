import type { CloudObject } from "../testing";

/** Everything of the pretended cloud that decides who answers at an address, in the order of creation. */
export interface AddressRecords {
  /** `aws_instance` objects. */
  readonly instances: readonly CloudObject[];
  /** `aws_eip_association` objects. */
  readonly associations: readonly CloudObject[];
}

/** What an Elastic IP or its association names as its target. */
interface Target {
  readonly instance?: string;
  readonly networkInterface?: string;
}

/**
 * The instance that an Elastic IP leads to at this moment: the one it names, or the one whose first network
 * interface it names. So an instance that is replaced on a lasting interface keeps its address.
 *
 * @returns the instance's id, undefined when there is none
 */
export function instanceBehind(eip: CloudObject, records: AddressRecords): string | undefined {
  const association = records.associations.find(
    (candidate) => candidate.allocation_id === (eip.allocation_id ?? eip.id),
  );
  const target =
    targetOf(eip, "instance", "network_interface") ??
    (association && targetOf(association, "instance_id", "network_interface_id"));
  if (target === undefined) return undefined;
  const found = records.instances.filter((instance) =>
    target.instance === undefined
      ? firstInterfaceOf(instance) === target.networkInterface
      : instance.id === target.instance,
  );
  // the newest wins while an instance and its replacement both exist
  return found.at(-1)?.id;
}

/**
 * Whether an instance gets a public address of its own when it starts.
 *
 * @param subnet the `aws_subnet` it is started in, if it was made here
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html
 */
export function getsPublicAddress(instance: CloudObject, subnet: CloudObject | undefined): boolean {
  // an interface that exists already brings its own addresses
  if (firstInterfaceOf(instance) !== undefined) return false;
  return (instance.associate_public_ip_address ?? subnet?.map_public_ip_on_launch) === true;
}

function targetOf(object: CloudObject, instance: string, networkInterface: string): Target | undefined {
  const named = { instance: text(object[instance]), networkInterface: text(object[networkInterface]) };
  return named.instance === undefined && named.networkInterface === undefined ? undefined : named;
}

/** The configured first network interface of an instance, in the new and the old way to write it. */
function firstInterfaceOf(instance: CloudObject): string | undefined {
  const primary = blocks(instance.primary_network_interface)[0];
  const first = blocks(instance.network_interface).find((block) => block.device_index === 0);
  return text((primary ?? first)?.network_interface_id);
}

function blocks(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
