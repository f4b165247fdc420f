import type { SockShopService } from "./services";
import type { SockShopProps } from "./sock-shop";

/**
 * The image of a service. Docker Hub's official images are below `library/`, which is left out where no registry is
 * named: Mesos adds it then.
 *
 * @see https://github.com/apache/mesos/blob/1.11.0/src/uri/fetchers/docker.cpp
 */
export function imageName(
  { repository, tag, digest }: SockShopService,
  { registry, pinDigests }: Pick<SockShopProps, "registry" | "pinDigests">,
): string {
  const name = registry === undefined ? repository.replace(/^library\//, "") : `${registry}/${repository}`;
  return pinDigests === true && digest !== undefined ? `${name}@sha256:${digest}` : `${name}:${tag}`;
}
