import { Annotations, Aspects } from "cdktf";
import type { IConstruct } from "constructs";
import { ValidationError } from "../errors";
import { type AgentPool, capacityProblems, type Demand, firstUnplaced } from "./capacity";
import { linkProblems } from "./task-link";
import type { TaskSpec } from "./task-info";
import { UpdateStrategy } from "./update-strategy";

/** The tasks of a cluster, and the checks that can be made only when all of them are known. */
export class DeclaredTasks {
  private readonly tasks: { readonly path: string; readonly spec: TaskSpec }[] = [];
  private readonly names = new Set<string>();

  constructor(
    private readonly cluster: IConstruct,
    private readonly agents: AgentPool,
  ) {
    cluster.node.addValidation({ validate: () => this.problems() });
    Aspects.of(cluster).add({ visit: (node) => node === cluster && this.warn() });
  }

  /** @throws ValidationError when the name is taken */
  public add(scope: IConstruct, spec: TaskSpec): void {
    if (this.names.has(spec.taskName)) {
      throw new ValidationError(
        scope,
        `'taskName' must be the only one of its name on the cluster, got ${JSON.stringify(spec.taskName)} again`,
      );
    }
    this.names.add(spec.taskName);
    this.tasks.push({ path: scope.node.path, spec });
  }

  private problems(): string[] {
    const linked = this.tasks.map(({ path, spec }) => ({
      ...spec,
      path,
      listens: [...spec.ports, ...spec.hostPorts],
    }));
    return [
      ...linkProblems(linked),
      ...capacityProblems(this.cluster.node.path, this.agents, this.demands()),
    ];
  }

  private warn(): void {
    const { count, resources } = this.agents;
    if (capacityProblems("", this.agents, this.demands()).length > 0) return;
    const unplaced = firstUnplaced(this.agents, this.demands());
    if (unplaced === undefined || resources === undefined) return;
    Annotations.of(this.cluster).addWarning(
      `the tasks fit on ${count} agents of ${resources.cpus} cpus and ${resources.memoryMiB} MiB by their sums, but no ` +
        `way was found to place them all: nothing is left for ${JSON.stringify(unplaced.taskName)}, which may wait ` +
        "for an offer for ever; use smaller tasks, or more or larger agents",
    );
  }

  private demands(): Demand[] {
    return this.tasks.map(({ path, spec }) => ({
      ...spec,
      path,
      copies: spec.replicas,
      startsFirst: spec.updateStrategy === UpdateStrategy.START_FIRST,
    }));
  }
}
