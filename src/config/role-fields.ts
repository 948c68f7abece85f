import type { Given, Problems } from "../model/problems.ts";
import { fromOperator } from "../model/source.ts";
import { checkPolicyDocument } from "../model/trust-policy/check.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import type { GivenDocument } from "../service-account/create/given-document.ts";
import type { ServiceAccountInput } from "../service-account/create/input.ts";
import type { WhereIs } from "../service-account/role/arns.ts";
import { placeText } from "./place.ts";
import { childOf, entriesOf, itemsOf, jsonOf, placeOf, textOf, type Tree } from "./tree.ts";
import { readWellKnown } from "./well-known.ts";
import type { WellKnownChoice } from "./well-known-policies/permissions.ts";

/** How a kind of entry names the fields of its role. */
export interface RoleFieldNames {
  /** An existing role, used unchanged. */
  readonly role: string;
  readonly policyArns: string;
  readonly policy: string;
  readonly boundary: string;
  /** The role that EKS assumes with the first one. */
  readonly target?: string;
}

/** The fields of `iam.serviceAccounts[]`. */
export const IRSA_FIELDS: RoleFieldNames = {
  role: "attachRoleARN",
  policyArns: "attachPolicyARNs",
  policy: "attachPolicy",
  boundary: "permissionsBoundary",
};

/** The fields of `podIdentityAssociations[]`. */
export const ASSOCIATION_FIELDS: RoleFieldNames = {
  role: "roleARN",
  policyArns: "permissionPolicyARNs",
  policy: "permissionPolicy",
  boundary: "permissionsBoundaryARN",
  target: "targetRoleARN",
};

/** What an entry says of its role, unjudged but for the form of its well-known policies. */
export interface RoleFields {
  readonly input: Pick<
    ServiceAccountInput,
    "words" | "policyArns" | "inline" | "morePermissions" | "attachRoleArn" | "roleName" | "settings" | "tags"
  >;
  readonly wellKnown: readonly WellKnownChoice[];
  readonly whereIs: WhereIs;
}

/** Reads what an entry at a path says of its role. */
export function readRoleFields(
  tree: Tree,
  path: string,
  names: RoleFieldNames,
  problems: Problems,
): RoleFields {
  const wellKnown = readWellKnown(childOf(tree, "wellKnownPolicies"), problems);
  refuseBeside(tree, names, problems);
  return {
    input: {
      words: wordsOf(tree, path, names),
      policyArns: itemsOf(childOf(tree, names.policyArns)).flatMap((item) => given(item) ?? []),
      inline: inlineOf(childOf(tree, names.policy), names.policy),
      morePermissions: wellKnown.length > 0 || isMisshapen(tree, names),
      attachRoleArn: given(childOf(tree, names.role)),
      roleName: given(childOf(tree, "roleName")),
      settings: { boundary: given(childOf(tree, names.boundary)) },
      tags: pairs(childOf(tree, "tags"), problems),
    },
    wellKnown,
    whereIs: (what, arn) => placeText(placeOfArn(tree, names, what, arn)),
  };
}

/** The text of a scalar, with its place. */
export function given(tree: Tree | undefined): Given | undefined {
  const text = textOf(tree);
  return tree === undefined || text === undefined
    ? undefined
    : { where: placeText(tree.at), text: fromOperator(text) };
}

/** Pairs as flags write them. A key with `=`, which tags may have, can't be distinguished from its value there. */
export function pairs(tree: Tree | undefined, problems: Problems): Given[] {
  return entriesOf(tree).flatMap(({ key, keyAt, value }) => {
    const where = placeText(keyAt);
    if (key.includes("=")) problems.note(where, key, "has '=' in its key, which is not supported");
    const text = textOf(value);
    return text === undefined ? [] : [{ where, text: fromOperator(`${key}=${text}`) }];
  });
}

function wordsOf(tree: Tree, path: string, { role, policyArns, policy }: RoleFieldNames) {
  const problem = `${path} gives no permissions; set one of ${policyArns}, ${policy}, wellKnownPolicies or ${role}`;
  return { attachRole: role, noPermissions: { where: placeText(tree.at), problem } };
}

function inlineOf(tree: Tree | undefined, text: string): GivenDocument | undefined {
  if (tree?.kind !== "map") return undefined;
  const document = jsonOf(tree);
  const problems = checkPolicyDocument(document, "identity");
  return {
    text,
    where: (path) => placeText(placeOf(tree, path)),
    parsed:
      problems.length === 0
        ? { ok: true, document: fromOperator(document as PolicyDocument) }
        : { ok: false, problems },
  };
}

/** Whether permissions are there, but not as they must be, which has been noted by then. */
function isMisshapen(tree: Tree, { policy, policyArns }: RoleFieldNames): boolean {
  const kinds = [childOf(tree, policy)?.kind ?? "map", childOf(tree, policyArns)?.kind ?? "list"];
  return kinds[0] !== "map" || kinds[1] !== "list";
}

/** What `parseServiceAccountInput` can't know of: well-known policies beside a role that is used as it is. */
function refuseBeside(tree: Tree, { role }: RoleFieldNames, problems: Problems): void {
  if (childOf(tree, role) === undefined) return;
  for (const { key, keyAt } of entriesOf(tree))
    if (key === "wellKnownPolicies")
      problems.note(placeText(keyAt), key, `can't be used with ${role}, which does not change the role`);
}

function placeOfArn(tree: Tree, names: RoleFieldNames, what: string, arn: string) {
  const field = { boundary: names.boundary, role: names.role, target: names.target }[what];
  const found =
    field === undefined
      ? itemsOf(childOf(tree, names.policyArns)).find((item) => textOf(item) === arn)
      : childOf(tree, field);
  return (found ?? tree).at;
}
