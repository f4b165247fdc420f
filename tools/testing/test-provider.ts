import { awsProvider } from "./aws/aws-provider";
import { Bindings } from "./bindings";
import { Cloud } from "./cloud";
import type { CloudHooks } from "./hooks";
import { Lifecycle } from "./lifecycle";
import { nullProvider } from "./null/null-provider";
import { providerCalls } from "./provider-calls";
import { serveProvider } from "./provider-server";
import { reattachEnvironment } from "./reattach";
import { Schemas } from "./schemas";

/** How to start a test provider. */
export interface TestProviderOptions {
  /** Folder of the project under test, that of its `cdktf.json`: its synthesized stacks tell which types it uses. */
  readonly projectDirectory: string;
  /**
   * Folder from which the bindings (`@cdktf/provider-aws`, `@cdktf/provider-null`) are looked up.
   *
   * @default projectDirectory
   */
  readonly bindingsDirectory?: string;
  /** File that keeps the pretended cloud between commands; made when something is created first. */
  readonly storeFile: string;
  /**
   * What happens outside when the cloud changes.
   *
   * @default - nothing: things are records in the store only
   */
  readonly hooks?: CloudHooks;
  /**
   * How long a deletion waits for what still depends on the thing, in seconds.
   *
   * @default 30
   */
  readonly dependencyTimeoutSec?: number;
}

/** A running test provider: `hashicorp/aws` and `hashicorp/null` without a cloud behind them. */
export interface TestProvider {
  /** Environment with which Terraform and OpenTofu find it. */
  readonly env: Readonly<Record<string, string>>;
  /** What exists in the pretended cloud. */
  readonly cloud: Cloud;
  /** Stops it; a Terraform that still runs fails. */
  close(): Promise<void>;
}

/**
 * Starts stand-ins for `hashicorp/aws` and `hashicorp/null` that a real Terraform, run with the returned environment,
 * uses in place of the real ones.
 *
 * @throws when the bindings are not installed, or the store's file is something else
 */
export async function startTestProvider(options: TestProviderOptions): Promise<TestProvider> {
  const cloud = new Cloud(options.storeFile);
  const waitMs = (options.dependencyTimeoutSec ?? 30) * 1000;
  const lifecycle = new Lifecycle(cloud, options.hooks ?? {}, waitMs);
  const { projectDirectory, bindingsDirectory = projectDirectory } = options;
  const calls = [awsProvider, nullProvider].map((definition) => {
    const schemas = new Schemas(new Bindings(definition.name, bindingsDirectory), definition);
    return providerCalls({ definition, schemas, cloud, lifecycle, projectDirectory });
  });
  const [aws, none] = await Promise.all(calls.map(serveProvider));
  return {
    env: reattachEnvironment({ aws: aws?.address ?? "", null: none?.address ?? "" }),
    cloud,
    close: async () => {
      aws?.close();
      none?.close();
    },
  };
}
