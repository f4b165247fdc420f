import type { SockShopService } from "../../lib/sock-shop/services";

type Linked = Pick<SockShopService, "name" | "links">;

/** Names along the longest chain of services of which each is started after the one before it. */
export function longestChain(services: readonly Linked[]): string[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  return longest(services.map((service) => chainTo(service, byName)));
}

function chainTo(service: Linked, byName: ReadonlyMap<string, Linked>): string[] {
  const before = (service.links ?? []).filter(({ startAfter }) => startAfter === true);
  const chains = before.map(({ taskName }) => chainTo(byName.get(taskName) as Linked, byName));
  return [...longest(chains), service.name];
}

function longest(chains: readonly string[][]): string[] {
  return chains.reduce((best, chain) => (chain.length > best.length ? chain : best), []);
}
