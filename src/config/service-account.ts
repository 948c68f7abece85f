import { valid, invalid, type Given, type Parsed, type Problems } from "../model/problems.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { fromOperator } from "../model/source.ts";
import { checkPolicyDocument } from "../model/trust-policy/check.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import type { GivenDocument } from "../service-account/create/given-document.ts";
import { parseServiceAccountInput, type ParsedServiceAccount } from "../service-account/create/input.ts";
import { parseLabel } from "../service-account/service-account/label.ts";
import type { WhereIs } from "../service-account/role/arns.ts";
import { placeText } from "./place.ts";
import { childOf, entriesOf, isTrue, itemsOf, jsonOf, placeOf, textOf, type Tree } from "./tree.ts";
import { readWellKnown } from "./well-known.ts";
import type { WellKnownChoice } from "./well-known-policies/permissions.ts";

/** A validated ServiceAccount of a file; its well-known policies wait until the partition is known. */
export interface FileServiceAccount extends ParsedServiceAccount {
  readonly annotations: Readonly<Record<string, string>>;
  readonly roleOnly: boolean;
  readonly wellKnown: readonly WellKnownChoice[];
  /** `file:line:column` of its entry. */
  readonly where: string;
  readonly whereIs: WhereIs;
}

/** Judges one entry of `iam.serviceAccounts`; what is wrong is noted, and then nothing comes back. */
export function readServiceAccount(
  tree: Tree,
  path: string,
  problems: Problems,
): FileServiceAccount | undefined {
  const before = problems.list.length;
  const metadata = childOf(tree, "metadata");
  const wellKnownTree = childOf(tree, "wellKnownPolicies");
  const wellKnown = readWellKnown(wellKnownTree, problems);
  const annotations = annotationsOf(childOf(metadata, "annotations"), problems);
  refuseBeside(tree, problems);
  refusePattern(childOf(tree, "subjectPattern"), problems);
  const parsed = parseServiceAccountInput(
    {
      words: wordsOf(tree, path),
      namespace: given(childOf(metadata, "namespace")) ?? {
        where: placeText(tree.at),
        text: fromOperator("default"),
      },
      name: given(childOf(metadata, "name")),
      policyArns: itemsOf(childOf(tree, "attachPolicyARNs")).flatMap((item) => given(item) ?? []),
      inline: inlineOf(childOf(tree, "attachPolicy")),
      morePermissions: wellKnown.length > 0 || isMisshapen(tree),
      attachRoleArn: given(childOf(tree, "attachRoleARN")),
      roleName: given(childOf(tree, "roleName")),
      settings: { boundary: given(childOf(tree, "permissionsBoundary")) },
      audience: given(childOf(childOf(metadata, "annotations"), AUDIENCE_ANNOTATION)),
      tags: pairs(childOf(tree, "tags"), problems),
      labels: pairs(childOf(metadata, "labels"), problems),
    },
    problems,
  );
  if (parsed === undefined || problems.list.length > before) return undefined;
  return {
    ...parsed,
    annotations,
    wellKnown,
    roleOnly: isTrue(childOf(tree, "roleOnly")),
    where: placeText(tree.at),
    whereIs: (what, arn) => placeText(placeOfArn(tree, what, arn)),
  };
}

function given(tree: Tree | undefined): Given | undefined {
  const text = textOf(tree);
  return tree === undefined || text === undefined
    ? undefined
    : { where: placeText(tree.at), text: fromOperator(text) };
}

function wordsOf(tree: Tree, path: string) {
  const problem = `${path} gives no permissions; set one of attachPolicyARNs, attachPolicy, wellKnownPolicies or attachRoleARN`;
  return { attachRole: "attachRoleARN", noPermissions: { where: placeText(tree.at), problem } };
}

function inlineOf(tree: Tree | undefined): GivenDocument | undefined {
  if (tree?.kind !== "map") return undefined;
  const document = jsonOf(tree);
  const problems = checkPolicyDocument(document, "identity");
  return {
    text: "attachPolicy",
    where: (path) => placeText(placeOf(tree, path)),
    parsed:
      problems.length === 0
        ? { ok: true, document: fromOperator(document as PolicyDocument) }
        : { ok: false, problems },
  };
}

/** Whether permissions are there, but not as they must be, which has been noted by then. */
function isMisshapen(tree: Tree): boolean {
  const kinds = [
    childOf(tree, "attachPolicy")?.kind ?? "map",
    childOf(tree, "attachPolicyARNs")?.kind ?? "list",
  ];
  return kinds[0] !== "map" || kinds[1] !== "list";
}

/** Pairs as flags write them. A key with `=`, which tags may have, can't be distinguished from its value there. */
function pairs(tree: Tree | undefined, problems: Problems): Given[] {
  return entriesOf(tree).flatMap(({ key, keyAt, value }) => {
    const where = placeText(keyAt);
    if (key.includes("=")) problems.note(where, key, "has '=' in its key, which is not supported");
    const text = textOf(value);
    return text === undefined ? [] : [{ where, text: fromOperator(`${key}=${text}`) }];
  });
}

/** What `parseAccountInput` can't know of: well-known policies beside a role that is used as it is. */
function refuseBeside(tree: Tree, problems: Problems): void {
  if (childOf(tree, "attachRoleARN") === undefined) return;
  for (const { key, keyAt } of entriesOf(tree))
    if (key === "wellKnownPolicies")
      problems.note(
        placeText(keyAt),
        key,
        "can't be used with attachRoleARN, which does not change the role",
      );
}

function refusePattern(tree: Tree | undefined, problems: Problems): void {
  if (tree === undefined) return;
  problems.note(
    placeText(tree.at),
    textOf(tree) ?? "",
    "subjectPattern is not supported: a role created by irsa trusts exactly one ServiceAccount. Add an entry for each ServiceAccount, or set attachRoleARN to a role with such a trust policy",
  );
}

function annotationsOf(tree: Tree | undefined, problems: Problems): Record<string, string> {
  const entries = entriesOf(tree).flatMap(({ key, keyAt, value }) => {
    const parsed = parseAnnotationKey(key);
    if (!parsed.ok) problems.note(placeText(keyAt), key, parsed.problem);
    const text = textOf(value);
    return text === undefined || key === AUDIENCE_ANNOTATION ? [] : [[key, text] as const];
  });
  return Object.fromEntries(entries);
}

/** A key of an annotation that a user may set. Source: Kubernetes, "Annotations" (the syntax of label keys). */
export function parseAnnotationKey(key: string): Parsed<string> {
  if (key === ROLE_ANNOTATION) return invalid("is set by irsa; to use an existing role, set attachRoleARN");
  if (key.startsWith("irsa/")) return invalid("is reserved for irsa");
  return parseLabel(`${key}=`).ok
    ? valid(key)
    : invalid("is not a valid annotation key, such as team or example.com/team");
}

function placeOfArn(tree: Tree, what: string, arn: string) {
  const field = { boundary: "permissionsBoundary", role: "attachRoleARN" }[what];
  const found =
    field === undefined
      ? itemsOf(childOf(tree, "attachPolicyARNs")).find((item) => textOf(item) === arn)
      : childOf(tree, field);
  return (found ?? tree).at;
}
