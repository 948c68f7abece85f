import { parsePolicyArn, type ClusterRef, type PolicyArn } from "../../model/arn.ts";
import { listOf, type Statement } from "../../model/trust-policy/document.ts";
import type { Given, WellKnownPolicy } from "./policy.ts";

/** A well-known policy that a file asks for, with what narrows it. */
export interface WellKnownChoice {
  readonly policy: WellKnownPolicy;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly switches: readonly string[];
}

/** What a role gets of well-known policies. */
export interface WellKnownPermissions {
  /** Managed policies to attach. */
  readonly managed: readonly PolicyArn[];
  /** Statements of an inline policy. */
  readonly statements: readonly Statement[];
  /** Tags of the role that these depend on. */
  readonly roleTags: Readonly<Record<string, string>>;
}

/** Where well-known policies are to hold. */
export type WellKnownPlace = Pick<ClusterRef, "partition" | "name">;

/** What choices come to for a cluster and in its partition. */
export function permissionsOf(
  choices: readonly WellKnownChoice[],
  place: WellKnownPlace,
): WellKnownPermissions {
  const { partition } = place;
  const all = choices.map((choice) => ({ policy: choice.policy, given: givenTo(choice, place) }));
  return {
    managed: all.flatMap(({ policy, given }) =>
      policy.managed(given).map((name) => managedArn(partition, name)),
    ),
    statements: all.flatMap(({ policy, given }) => withResources(policy.statements(given))),
    roleTags: Object.fromEntries(all.flatMap(({ policy, given }) => Object.entries(policy.roleTags(given)))),
  };
}

/** The statements without those whose resources turn out to be none. */
export function withResources(statements: readonly Statement[]): readonly Statement[] {
  return statements.filter(({ Resource }) => listOf(Resource).length > 0);
}

/** A choice's inputs, as the statements of a policy ask for them. */
export function givenTo(
  { lists, switches }: Pick<WellKnownChoice, "lists" | "switches">,
  { partition, name }: WellKnownPlace,
): Given {
  return {
    clusterName: name,
    arn: (service, resource) => `arn:${partition}:${service}:*:*:${resource}`,
    globalArn: (service, resource) => `arn:${partition}:${service}:::${resource}`,
    list: (name) => lists[name] ?? [],
    isOn: (name) => switches.includes(name),
  };
}

function managedArn(partition: string, name: string): PolicyArn {
  const parsed = parsePolicyArn(`arn:${partition}:iam::aws:policy/${name}`);
  if (!parsed.ok) throw new TypeError(`${name} ${parsed.problem}`);
  return parsed.value;
}
