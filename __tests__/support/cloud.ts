import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { awsProvider } from "../../tools/testing/aws/aws-provider";
import { Bindings } from "../../tools/testing/bindings";
import { Cloud } from "../../tools/testing/cloud";
import type { CloudObject } from "../../tools/testing/cloud";
import type { CloudHooks } from "../../tools/testing/hooks";
import { Lifecycle } from "../../tools/testing/lifecycle";
import type { ResourceType } from "../../tools/testing/lifecycle";
import { planChange } from "../../tools/testing/plan";
import { Schemas } from "../../tools/testing/schemas";
import { conform } from "../../tools/testing/value";
import type { Fields } from "../../tools/testing/value";

const REGION = "eu-west-1";
const schemas = new Schemas(new Bindings("aws", join(__dirname, "..", "..")), awsProvider);
const settings = { region: REGION, defaultTags: null };

/** A pretended cloud in which things are made without a Terraform in between. */
export class TestCloud {
  readonly directory = mkdtempSync(join(tmpdir(), "cdktf-mesos-cloud-"));
  readonly cloud = new Cloud(join(this.directory, "cloud.json"));
  private readonly lifecycle: Lifecycle;

  constructor(hooks: CloudHooks = {}) {
    this.lifecycle = new Lifecycle(this.cloud, hooks, 0);
  }

  /** Creates what a configuration with these arguments would. */
  create(type: string, config: Fields): Promise<CloudObject> {
    const resource = resourceType(type);
    const written = conform(resource.block, config);
    return this.lifecycle.create(resource, planned(resource, null, written, written), REGION);
  }

  /** Changes these arguments of what exists. */
  update(type: string, before: CloudObject, change: Fields): Promise<CloudObject> {
    const resource = resourceType(type);
    const next = planned(resource, before, { ...before, ...change }, conform(resource.block, change));
    return this.lifecycle.update(resource, before, next, REGION);
  }

  /** Reads what exists, as a refresh does. */
  read(type: string, object: CloudObject): Fields | undefined {
    return this.lifecycle.read(resourceType(type), object, REGION);
  }

  /** Removes what exists; what is in the way is not waited for. */
  remove(type: string, object: CloudObject): Promise<void> {
    return this.lifecycle.remove(resourceType(type), object, REGION);
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function resourceType(name: string): ResourceType {
  return { name, block: schemas.resource(name), rules: awsProvider.rules(name) };
}

function planned(type: ResourceType, prior: Fields | null, proposed: Fields, config: Fields): Fields {
  const plan = planChange(type.block, type.rules, { prior, proposed, config }, (change) =>
    awsProvider.completePlan(type.block, change, settings),
  );
  return plan.planned;
}
