/** Registries a configuration may mean by `hashicorp/aws`: Terraform's, and OpenTofu's. */
const REGISTRIES = ["registry.terraform.io", "registry.opentofu.org"];

/**
 * Environment that makes Terraform use running providers, and leave the network alone.
 *
 * @param addresses `host:port` by the provider's name
 * @see https://developer.hashicorp.com/terraform/plugin/debugging
 */
export function reattachEnvironment(addresses: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(addresses).flatMap(([name, address]) =>
    REGISTRIES.map((registry) => [`${registry}/hashicorp/${name}`, reattachment(address)] as const),
  );
  return {
    TF_REATTACH_PROVIDERS: JSON.stringify(Object.fromEntries(entries)),
    CHECKPOINT_DISABLE: "1",
  };
}

/** @see https://pkg.go.dev/github.com/hashicorp/go-plugin#ReattachConfig */
function reattachment(address: string): object {
  return {
    Protocol: "grpc",
    ProtocolVersion: 6,
    Pid: process.pid,
    Test: true,
    Addr: { Network: "tcp", String: address },
  };
}
