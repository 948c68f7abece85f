import type { RoleArn } from "../../model/arn.ts";
import type { Judgement } from "../../model/judgement.ts";
import type { RolePermissions } from "../../model/role-permissions.ts";
import { sessionPolicyOf } from "../../model/session-policy.ts";
import { mayAssume } from "../../model/trust-policy/may-assume.ts";
import { anyOf, type Truth } from "../../model/trust-policy/truth.ts";
import { chainRequests } from "./chain-edges.ts";
import type { ChainRole } from "./trust-index.ts";

/** The session policies with which pods get a role; `undefined` among them for those that get it without. */
export type SessionPolicies = readonly (string | undefined)[];

const EVERYTHING = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] } as const;

/**
 * Whether sessions of a role with one of these session policies may assume another, as far as that depends on the session policies.
 * They limit sessions as a permissions boundary limits the role, and not the sessions of the other role.
 * Source: IAM User Guide, "Policies and permissions in IAM" (Session policies).
 */
export function stepUnder(policies: SessionPolicies, first: RoleArn, second: ChainRole): Truth {
  if (policies.includes(undefined)) return "yes";
  const truths = [...new Set(policies)].map((policy = "") => {
    const boundary = sessionPolicyOf(policy) ?? "unknown";
    const permissions: RolePermissions = { documents: [EVERYTHING], boundary, isComplete: true };
    return agreed(chainRequests(first).map((request) => mayAssume(first, permissions, second, [request])));
  });
  return anyOf(truths);
}

/** What holds for all requests, of which it is not known which one is made. */
function agreed([one = "unknown", ...others]: readonly Truth[]): Truth {
  return others.every((other) => other === one) ? one : "unknown";
}

/** What was judged, with the session policy among what it depends on. */
export function ifSessionPolicy<Judged extends Pick<Judgement, "verdict" | "unknownKeys">>(
  judged: Judged,
): Judged {
  return {
    ...judged,
    verdict: "conditional",
    unknownKeys: [...judged.unknownKeys, "session policy"].toSorted(),
  };
}
