import type { NodeArtifacts } from "../machine/node-artifacts";

/** What a user may say of how machines become nodes of their cluster. */
export interface NodeOptions {
  /**
   * Where machines get Mesos, Weave and the rest.
   *
   * @default - pinned versions from public places, each with its proof
   */
  readonly artifacts?: NodeArtifacts;
  /**
   * Prefix for all URLs of artifacts, for machines that reach nothing else: `https://files.example.com/x` is then asked
   * for as `<artifactMirror>/files.example.com/x`. Packages of the distribution and images have no URL here: give an image
   * of the machines that knows a mirror of the distribution, and `artifacts.weaveImages`.
   *
   * @default - none
   */
  readonly artifactMirror?: string;
  /**
   * Configuration of Docker, as JSON, with the credentials for private registries, from which agents pull the images of
   * tasks. A Terraform value, best a variable that is sensitive and ephemeral; it enters no plan and no state.
   *
   * @default - images are pulled without credentials
   * @see https://mesos.apache.org/documentation/latest/container-image/
   */
  readonly registryAuth?: string;
  /**
   * What all passwords of the cluster are derived from: those of Mesos, ZooKeeper and Weave. A Terraform value, best a
   * variable that is sensitive and ephemeral; it enters no plan and no state. Null or empty is the default.
   *
   * Machines that join later must be given the same one.
   *
   * @default - derived from the private key's file and the cluster's name
   */
  readonly clusterSecret?: string;
  /**
   * How long each machine, and then the whole cluster, may take until it is ready, in seconds.
   *
   * @default 900
   */
  readonly startTimeoutSec?: number;
}
