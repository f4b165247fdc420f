import type { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { dependable } from "cdktf";

/** Has tasks wait for those they start after, whichever is declared first. */
export class StartOrder {
  private readonly declared = new Map<string, NullResource>();
  private readonly waiting: { readonly resource: NullResource; readonly after: string }[] = [];

  /**
   * @param taskName name of a task
   * @param resource what starts it
   * @param after names of the tasks that must run before
   */
  public add(taskName: string, resource: NullResource, after: readonly string[]): void {
    this.declared.set(taskName, resource);
    this.waiting.push(...after.map((name) => ({ resource, after: name })));
    for (const wait of [...this.waiting]) {
      const earlier = this.declared.get(wait.after);
      if (earlier === undefined) continue;
      wait.resource.dependsOn = [...(wait.resource.dependsOn ?? []), dependable(earlier)];
      this.waiting.splice(this.waiting.indexOf(wait), 1);
    }
  }
}
