import { parseRoleArn } from "../../model/arn.ts";
import type { AskedAssociation } from "../../model/pod-identity-change.ts";
import type { Given, Problems } from "../../model/problems.ts";
import { derived, type FromOperator } from "../../model/source.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import { policySize } from "../../model/trust-policy/grant.ts";
import { inlineDocument, type GivenDocument } from "./given-document.ts";

/** What is asked of a Pod Identity association, unjudged. */
export interface GivenAssociation {
  /** The ServiceAccount is to have one. */
  readonly wanted: boolean;
  readonly targetRole?: Given | undefined;
  /** Where session tags are disabled; absent where they are not. */
  readonly withoutSessionTags?: string | undefined;
  readonly sessionPolicy?: GivenDocument | undefined;
  /** How messages name what the others require. */
  readonly words: { readonly wanted: string; readonly withoutSessionTags: string };
}

/** Source: EKS API Reference, CreatePodIdentityAssociation (`policy`). */
const MOST_POLICY_CHARACTERS = 2_048;

/**
 * What is asked of the association; `undefined` where none is asked for. Problems are noted.
 * @param besides what only IRSA has a use for
 */
export function parseAssociation(
  given: GivenAssociation,
  besides: readonly (Given | undefined)[],
  problems: Problems,
): AskedAssociation | undefined {
  const { wanted, targetRole, withoutSessionTags, sessionPolicy, words } = given;
  if (!wanted) {
    const alone = [targetRole?.where, withoutSessionTags, sessionPolicy?.where("")];
    for (const where of alone) if (where !== undefined) problems.note(where, "", `requires ${words.wanted}`);
    return undefined;
  }
  for (const one of besides)
    if (one !== undefined) problems.note(one.where, one.text, `can't be used with ${words.wanted}`);
  const role = problems.one(targetRole, parseRoleArn);
  if (sessionPolicy !== undefined && withoutSessionTags === undefined)
    problems.note(sessionPolicy.where(""), sessionPolicy.text, `requires ${words.withoutSessionTags}`);
  const policy = sessionPolicy && sessionPolicyText(sessionPolicy, problems);
  return {
    withoutSessionTags: withoutSessionTags !== undefined,
    ...(role !== undefined && { targetRole: role }),
    ...(policy !== undefined && { sessionPolicy: policy }),
  };
}

/** The session policy as it is to be sent, judged by its shape and its size. */
export function sessionPolicyText(
  policy: GivenDocument,
  problems: Problems,
): FromOperator<string> | undefined {
  const document = inlineDocument(policy, problems);
  if (document === undefined) return undefined;
  const size = policySize(document);
  if (size > MOST_POLICY_CHARACTERS) {
    const problem = `has ${size} characters without white space; EKS allows ${MOST_POLICY_CHARACTERS} in a session policy`;
    problems.note(policy.where(""), policy.text, problem);
  }
  return derived(document, (plain: PolicyDocument) => JSON.stringify(plain));
}
