import { conform, isFields } from "./value";
import type { Fields, Value } from "./value";
import { Lifecycle } from "./lifecycle";
import type { ResourceType } from "./lifecycle";
import { planChange } from "./plan";
import { problemOf } from "./problem";
import type { Problem } from "./problem";
import { projectTypes } from "./project-types";
import type { ProviderDefinition } from "./provider-definition";
import type { Settings } from "./rules";
import type { Schemas } from "./schemas";
import { settle } from "./settle";
import { validateConfig } from "./validate";
import { decodeValue, encodeValue } from "./wire-value";
import type { DynamicValue } from "./wire-value";
import { attributePath, wireProblems } from "./wire-problem";
import { wireSchema } from "./wire-schema";
import type { Cloud, CloudObject } from "./cloud";

/** Fields of the requests this provider reads; each request has some of them. */
export interface Request {
  readonly type_name: string;
  readonly name: string;
  readonly config: DynamicValue | null;
  readonly raw_state: DynamicValue | null;
  readonly current_state: DynamicValue | null;
  readonly prior_state: DynamicValue | null;
  readonly proposed_new_state: DynamicValue | null;
  readonly planned_state: DynamicValue | null;
}

/** What a provider's calls work on. */
export interface Workshop {
  readonly definition: ProviderDefinition;
  readonly schemas: Schemas;
  readonly cloud: Cloud;
  readonly lifecycle: Lifecycle;
  readonly projectDirectory: string;
}

/** One call of the protocol: the request and the settings of the asking connection to a response. */
export type Call = (request: Request, session: Session) => object | Promise<object>;

/** One connection of Terraform's: each configuration of a provider (`alias`) opens its own. */
export interface Session {
  settings: Settings;
}

const CAPABILITIES = { plan_destroy: false, get_provider_schema_optional: false };

/** All calls of the protocol, by name. */
export function providerCalls(workshop: Workshop): Readonly<Record<string, Call>> {
  return {
    ...schemaCalls(workshop),
    ...configurationCalls(workshop),
    ...resourceCalls(workshop),
    ...refusals(),
  };
}

function schemaCalls({ schemas, cloud, projectDirectory }: Workshop): Record<string, Call> {
  return {
    GetMetadata: () => ({
      server_capabilities: CAPABILITIES,
      resources: schemas.all("resource").map((type_name) => ({ type_name })),
      data_sources: schemas.all("data").map((type_name) => ({ type_name })),
    }),
    GetProviderSchema: () => {
      const used = projectTypes(projectDirectory);
      const resources = schemas.known("resource", new Set([...used.resources, ...cloud.types()]));
      const data = schemas.known("data", used.data);
      return {
        provider: wireSchema(schemas.provider()),
        resource_schemas: Object.fromEntries(
          resources.map((type) => [type, wireSchema(schemas.resource(type))]),
        ),
        data_source_schemas: Object.fromEntries(data.map((type) => [type, wireSchema(schemas.data(type))])),
        server_capabilities: CAPABILITIES,
      };
    },
    GetResourceIdentitySchemas: () => ({}),
    GetFunctions: () => ({}),
    StopProvider: () => ({}),
  };
}

function configurationCalls({ definition, schemas }: Workshop): Record<string, Call> {
  const validated = (problems: readonly Problem[]) => ({ diagnostics: wireProblems(problems) });
  return {
    ValidateProviderConfig: () => validated([]),
    ValidateResourceConfig: ({ type_name, config }) =>
      validated(validateConfig(schemas.resource(type_name), definition.rules(type_name), fields(config))),
    ValidateDataResourceConfig: ({ type_name, config }) =>
      validated(validateConfig(schemas.data(type_name), {}, fields(config))),
    ConfigureProvider: ({ config }, session) => {
      const configured = definition.configure(fields(config));
      if ("region" in configured) session.settings = configured;
      return validated("region" in configured ? [] : configured);
    },
    ReadDataSource: ({ type_name, config }, { settings }) => {
      const block = schemas.data(type_name);
      const written = fields(config);
      const found = definition.dataSource(type_name)?.(written, settings) ?? { id: type_name };
      return { state: encodeValue(settle(block, answered(conform(block, found), written))) };
    },
  };
}

/** What the user wrote, and what was found for the rest. */
function answered(found: Fields, written: Fields): Fields {
  const entries = Object.entries(found).map(([name, value]) => [name, written[name] ?? value] as const);
  return Object.fromEntries(entries);
}

function resourceCalls({ definition, schemas, lifecycle }: Workshop): Record<string, Call> {
  const typeOf = (name: string): ResourceType => ({
    name,
    block: schemas.resource(name),
    rules: definition.rules(name),
  });
  return {
    UpgradeResourceState: ({ type_name, raw_state }) => ({
      upgraded_state: encodeValue(conform(schemas.resource(type_name), fields(raw_state))),
    }),
    ReadResource: ({ type_name, current_state }, { settings }) => {
      const state = fields(current_state);
      const found = lifecycle.read(typeOf(type_name), state, regionOf(state, settings));
      return { new_state: encodeValue(found ?? null) };
    },
    PlanResourceChange: ({ type_name, prior_state, proposed_new_state, config }, { settings }) => {
      const proposed = decodeValue(proposed_new_state);
      if (!isFields(proposed)) return { planned_state: encodeValue(null) };
      const { block, rules } = typeOf(type_name);
      const prior = decodeValue(prior_state);
      const request = { prior: isFields(prior) ? prior : null, proposed, config: fields(config) };
      const plan = planChange(block, rules, request, (change) =>
        definition.completePlan(block, change, settings),
      );
      return {
        planned_state: encodeValue(plan.planned),
        requires_replace: plan.replacedBy.map(attributePath),
      };
    },
    ApplyResourceChange: async ({ type_name, prior_state, planned_state }, { settings }) =>
      apply(lifecycle, typeOf(type_name), decodeValue(prior_state), decodeValue(planned_state), settings),
  };
}

async function apply(
  lifecycle: Lifecycle,
  type: ResourceType,
  prior: Value,
  planned: Value,
  settings: Settings,
): Promise<object> {
  const verb = !isFields(planned) ? "deleting" : isFields(prior) ? "updating" : "creating";
  try {
    return { new_state: encodeValue(await applied(lifecycle, type, prior, planned, settings)) };
  } catch (error) {
    const id = isFields(prior) ? ` (${String(prior.id)})` : "";
    return {
      new_state: encodeValue(prior),
      diagnostics: wireProblems([problemOf(`${verb} ${type.name}${id}`, error)]),
    };
  }
}

async function applied(
  lifecycle: Lifecycle,
  type: ResourceType,
  prior: Value,
  planned: Value,
  settings: Settings,
): Promise<Value> {
  const region = regionOf(isFields(planned) ? planned : (prior as Fields), settings);
  if (!isFields(planned)) {
    await lifecycle.remove(type, prior as Fields, region);
    return null;
  }
  if (!isFields(prior)) return lifecycle.create(type, planned, region);
  return lifecycle.update(type, prior as CloudObject, planned, region);
}

function regionOf(object: Fields, settings: Settings): string {
  return String(object.region ?? settings.region);
}

function fields(value: DynamicValue | null): Fields {
  const decoded = decodeValue(value);
  return isFields(decoded) ? decoded : {};
}

/** Calls for what a pretended cloud has no use for: each answers with an error a person understands. */
function refusals(): Record<string, Call> {
  const refuse = (what: string) => ({
    diagnostics: wireProblems([
      {
        summary: `the test provider does not support ${what}`,
        detail: "Its cloud holds only what Terraform has created through it.",
      },
    ]),
  });
  const ephemeral: Call = ({ type_name }) => refuse(`ephemeral resources (${type_name})`);
  return {
    ImportResourceState: ({ type_name }) => refuse(`importing (${type_name})`),
    MoveResourceState: () => refuse("moving state between types"),
    UpgradeResourceIdentity: ({ type_name }) => refuse(`resource identity (${type_name})`),
    ValidateEphemeralResourceConfig: ephemeral,
    OpenEphemeralResource: ephemeral,
    RenewEphemeralResource: ephemeral,
    CloseEphemeralResource: ephemeral,
    CallFunction: ({ name }) => ({
      error: { text: `the test provider does not support functions (${name})` },
    }),
  };
}
