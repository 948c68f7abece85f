import type { CatalogRow } from "../../model/well-known-policy.ts";
import { WELL_KNOWN_POLICIES } from "./catalog.ts";
import { givenTo, withResources } from "./permissions.ts";
import type { WellKnownPolicy } from "./policy.ts";

/** The whole catalog, in the order of the file's fields. */
export const CATALOG: readonly CatalogRow[] = WELL_KNOWN_POLICIES.map(rowOf);

function rowOf(policy: WellKnownPolicy): CatalogRow {
  const { field, about, source, upstream, eksctl } = policy;
  const inputs = Object.entries(policy.inputs).map(([name, { kind, about: what, required = false }]) => ({
    name,
    kind,
    about: what,
    required,
  }));
  const lists = inputs
    .filter(({ required }) => required)
    .map(({ name }) => [name, [name.toUpperCase()]] as const);
  const given = givenTo({ lists: Object.fromEntries(lists), switches: [] }, { partition: "aws", name: "" });
  const statements = withResources(policy.statements(given));
  return {
    name: field,
    about,
    source,
    upstream,
    eksctl,
    inputs,
    managedPolicies: policy.managed(given),
    document: statements.length === 0 ? undefined : { Version: "2012-10-17", Statement: statements },
  };
}
