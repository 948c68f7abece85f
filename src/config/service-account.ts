import { valid, invalid, type Parsed, type Problems } from "../model/problems.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { fromOperator } from "../model/source.ts";
import { parseServiceAccountInput, type ParsedServiceAccount } from "../service-account/create/input.ts";
import { parseLabel } from "../service-account/service-account/label.ts";
import type { WhereIs } from "../service-account/role/arns.ts";
import { placeText } from "./place.ts";
import { given, IRSA_FIELDS, pairs, readRoleFields } from "./role-fields.ts";
import { childOf, entriesOf, isTrue, textOf, type Tree } from "./tree.ts";
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
  const { input, wellKnown, whereIs } = readRoleFields(tree, path, IRSA_FIELDS, problems);
  const annotations = annotationsOf(childOf(metadata, "annotations"), problems);
  refusePattern(childOf(tree, "subjectPattern"), problems);
  const parsed = parseServiceAccountInput(
    {
      ...input,
      namespace: given(childOf(metadata, "namespace")) ?? {
        where: placeText(tree.at),
        text: fromOperator("default"),
      },
      name: given(childOf(metadata, "name")),
      audience: given(childOf(childOf(metadata, "annotations"), AUDIENCE_ANNOTATION)),
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
    whereIs,
  };
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
