import type { Statement } from "../../model/trust-policy/document.ts";
import { ANY_INPUT } from "../../model/well-known-policy.ts";
import { givenTo, withResources } from "./permissions.ts";
import type { Given, PolicyInput, WellKnownPolicy } from "./policy.ts";

/** A version of a well-known policy, with some of its inputs given. */
export interface PolicyVersion {
  /** Who wrote it; `undefined` for what irsa writes now. */
  readonly by: string | undefined;
  /** AWS's managed policies, by path and name. */
  readonly managed: readonly string[];
  readonly statements: readonly Statement[];
}

/** A policy in all its versions, each with every selection of its inputs; what irsa writes now goes first. */
export function everyVersion(policy: WellKnownPolicy): readonly PolicyVersion[] {
  const given = selections(Object.entries(policy.inputs)).map(givenAs);
  const versionOf = (by: string | undefined, write: WellKnownPolicy["statements"]) =>
    given.map((one) => ({ by, managed: policy.managed(one), statements: withResources(write(one)) }));
  return [
    ...versionOf(undefined, policy.statements),
    ...policy.earlier.flatMap(({ by, statements }) => versionOf(by, statements)),
  ];
}

type Named = readonly [name: string, input: PolicyInput];

/** All selections of inputs that a file may have together. */
function selections([first, ...more]: readonly Named[]): readonly (readonly Named[])[] {
  if (first === undefined) return [[]];
  const rest = selections(more);
  const withFirst = rest
    .filter((names) => !names.some(([name]) => name === first[1].excludes))
    .map((names) => [first, ...names]);
  return first[1].required === true ? withFirst : [...rest, ...withFirst];
}

function givenAs(inputs: readonly Named[]): Given {
  const ofKind = (kind: PolicyInput["kind"]) =>
    inputs.filter(([, input]) => input.kind === kind).map(([name]) => name);
  const lists = Object.fromEntries(ofKind("list").map((name) => [name, [ANY_INPUT]]));
  return givenTo({ lists, switches: ofKind("switch") }, { partition: "aws", name: ANY_INPUT });
}
