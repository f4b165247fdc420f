import type { ProviderName } from "./bindings";
import type { Problem } from "./problem";
import type { Change, DataSource, Rules, Settings } from "./rules";
import type { Block } from "./schema";
import type { Fields } from "./value";

/** What makes the generic machinery one provider. */
export interface ProviderDefinition {
  /** Its name, which is also the prefix of its types. */
  readonly name: ProviderName;
  /** What is known about a type beyond its schema. */
  rules(type: string): Rules;
  /** How a data source finds its values; absent for one without rules. */
  dataSource(type: string): DataSource | undefined;
  /** What its configuration means, or what is wrong with it. */
  configure(config: Fields): Settings | readonly Problem[];
  /** What every plan of its types gets. */
  completePlan(block: Block, change: Change, settings: Settings): void;
}
