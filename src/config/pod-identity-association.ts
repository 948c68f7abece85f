import type { Problems } from "../model/problems.ts";
import { fromOperator } from "../model/source.ts";
import { parsePolicyDocument } from "../model/trust-policy/parse.ts";
import type { GivenDocument } from "../service-account/create/given-document.ts";
import { parseServiceAccountInput } from "../service-account/create/input.ts";
import { placeText } from "./place.ts";
import { ASSOCIATION_FIELDS, given, readRoleFields } from "./role-fields.ts";
import type { FileServiceAccount } from "./service-account.ts";
import { childOf, isTrue, textOf, type Tree } from "./tree.ts";

/**
 * Judges one entry of `podIdentityAssociations`; what is wrong is noted, and then nothing comes back. As for eksctl, the
 * ServiceAccount itself is left alone without `createServiceAccount`.
 */
export function readPodIdentityAssociation(
  tree: Tree,
  path: string,
  problems: Problems,
): FileServiceAccount | undefined {
  const before = problems.list.length;
  const { input, wellKnown, whereIs } = readRoleFields(tree, path, ASSOCIATION_FIELDS, problems);
  const untagged = childOf(tree, "disableSessionTags");
  const parsed = parseServiceAccountInput(
    {
      ...input,
      namespace: given(childOf(tree, "namespace")),
      name: given(childOf(tree, "serviceAccountName")),
      labels: [],
      association: {
        wanted: true,
        targetRole: given(childOf(tree, "targetRoleARN")),
        withoutSessionTags: isTrue(untagged) ? "disableSessionTags" : undefined,
        sessionPolicy: sessionPolicyOf(childOf(tree, "policy")),
        words: { wanted: "podIdentityAssociations", withoutSessionTags: "disableSessionTags: true" },
      },
    },
    problems,
  );
  if (parsed === undefined || problems.list.length > before) return undefined;
  return {
    ...parsed,
    annotations: {},
    wellKnown,
    roleOnly: !isTrue(childOf(tree, "createServiceAccount")),
    where: placeText(tree.at),
    whereIs,
  };
}

/** Unlike the role's, it is a text with JSON, as in the EKS API. */
function sessionPolicyOf(tree: Tree | undefined): GivenDocument | undefined {
  const text = textOf(tree);
  if (tree === undefined || text === undefined) return undefined;
  const parsed = parsePolicyDocument(text, "identity");
  return {
    text: "policy",
    where: () => placeText(tree.at),
    parsed: parsed.ok ? { ok: true, document: fromOperator(parsed.document) } : parsed,
  };
}
