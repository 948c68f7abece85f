import { parseRoleArn } from "../../model/arn.ts";
import type { Given, Problems } from "../../model/problems.ts";
import { derived, type FromOperator } from "../../model/source.ts";
import type { GivenDocument } from "../create/given-document.ts";
import { sessionPolicyText } from "../create/pod-identity-input.ts";
import type { AssociationAsk } from "./desired.ts";

/** What is to change of the Pod Identity association, unjudged; flags without a value by their name. */
export interface GivenAssociationEdit {
  readonly targetRole?: Given | undefined;
  readonly removeTargetRole?: FromOperator<string> | undefined;
  readonly withoutSessionTags?: boolean | undefined;
  readonly sessionPolicy?: GivenDocument | undefined;
  readonly removeSessionPolicy?: FromOperator<string> | undefined;
}

/** What is asked of the association; `undefined` where nothing is. Problems are noted. */
export function parseAssociationEdit(
  given: GivenAssociationEdit,
  problems: Problems,
): AssociationAsk | undefined {
  const { targetRole, removeTargetRole, withoutSessionTags, sessionPolicy, removeSessionPolicy } = given;
  notBoth(removeTargetRole, targetRole?.where);
  notBoth(removeSessionPolicy, sessionPolicy?.where(""));
  if (withoutSessionTags === false) notBoth("--no-disable-session-tags", sessionPolicy?.where(""));
  const role = problems.one(targetRole, parseRoleArn);
  const policy = sessionPolicy && sessionPolicyText(sessionPolicy, problems);
  const ask: AssociationAsk = {
    ...(role !== undefined && { targetRole: { set: role } }),
    ...(removeTargetRole !== undefined && { targetRole: { remove: yes(removeTargetRole) } }),
    ...(withoutSessionTags !== undefined && { withoutSessionTags }),
    ...(policy !== undefined && { sessionPolicy: { set: policy } }),
    ...(removeSessionPolicy !== undefined && { sessionPolicy: { remove: yes(removeSessionPolicy) } }),
  };
  return Object.values(given).every((one) => one === undefined) ? undefined : ask;

  function notBoth(flag: string | undefined, other: string | undefined): void {
    if (flag !== undefined && other !== undefined) problems.note(flag, "", `can't be used with ${other}`);
  }
}

function yes(flag: FromOperator<string>): FromOperator<true> {
  return derived(flag, () => true as const);
}
