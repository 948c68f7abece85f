import { parsePolicyArn, type ClusterRef, type PolicyArn } from "../../model/arn.ts";
import { listOf, type Statement } from "../../model/trust-policy/document.ts";
import type { Given, WellKnownPolicy } from "./policy.ts";

/** A well-known policy that a file asks for, with what narrows it. */
export interface WellKnownChoice {
  readonly policy: WellKnownPolicy;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly switches: readonly string[];
}

/** What choices come to in a cluster's partition: managed policies to attach, and statements of an inline one. */
export function permissionsOf(
  choices: readonly WellKnownChoice[],
  { partition }: ClusterRef,
): { readonly managed: readonly PolicyArn[]; readonly statements: readonly Statement[] } {
  const all = choices.map((choice) => ({ policy: choice.policy, given: givenTo(choice, partition) }));
  return {
    managed: all.flatMap(({ policy, given }) =>
      policy.managed(given).map((name) => managedArn(partition, name)),
    ),
    statements: all
      .flatMap(({ policy, given }) => policy.statements(given))
      .filter(({ Resource }) => listOf(Resource).length > 0),
  };
}

function givenTo({ lists, switches }: WellKnownChoice, partition: string): Given {
  return {
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
