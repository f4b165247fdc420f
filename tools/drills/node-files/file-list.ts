import { bash, ClusterNode } from "./booted-cluster";

/** Where anything of a node's own may lie. What programs keep for themselves, below other folders of /var, is data. */
const PLACES = "/etc /opt /root /home /usr/local /var/lib/cdktf-mesos /var/lib/zookeeper";

/** What the machine's own system, and scripts of Debian's packages, write there. All else is ours. */
const SYSTEMS_OWN = [
  /^\/etc\/(alternatives|fonts|java|\.java|netplan|rc[0-6S]\.d|ssl|zookeeper)\//,
  /^\/etc\/(group|gshadow|passwd|shadow|subgid|subuid)-?$/,
  /^\/etc\/(ca-certificates\.conf|default\/locale|docker\/key\.json|hostname|hosts|ld\.so\.cache|networks)$/,
  /^\/etc\/(ssh\/ssh_host_.*|sudoers\.d\/90-cloud-init-users)$/,
  /^\/etc\/systemd\/system\/(multi-user|sockets)\.target\.wants\/(containerd|docker)\./,
  /\/\.ssh\/authorized_keys$/,
  // data of ZooKeeper, and what the image of Weave unpacks for itself
  /^\/var\/lib\/zookeeper\/version-2\//,
  /^\/opt\/cni\/weave\//,
];

/** Files and links that have been written since the machine was made: those of packages are older, as they come out of them. */
const LIST = `find ${PLACES} -xdev \\( -type f -o -type l \\) -newer /etc/machine-id 2>/dev/null | LC_ALL=C sort`;

/** Every file that makes a machine this node: what its user-data brought, and what scripts of ours have written since. */
export async function nodeFiles(node: ClusterNode): Promise<readonly string[]> {
  const found = (await bash(node, LIST)).stdout.trim().split("\n");
  return found.filter((file) => !SYSTEMS_OWN.some((pattern) => pattern.test(file)));
}
