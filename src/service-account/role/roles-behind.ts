import type { IamPort } from "../../aws/port.ts";
import { roleRef } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import { memoized } from "../../model/memoized.ts";
import { subjectOf, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { look, mapKnown, type Known } from "../../model/known.ts";
import { listOf } from "../../model/trust-policy/document.ts";
import { taggedServiceAccount } from "../../model/trust-policy/pod-identity-grant.ts";
import { trustsServiceAccount } from "./trust.ts";

/** Finds the names of roles whose trust policy allows a ServiceAccount. */
export type RoleFinder = (serviceAccount: ServiceAccountRef) => Promise<Known<readonly string[]>>;

/**
 * A finder that reads IAM's list of roles once, and only on request. ServiceAccounts are looked up in the subjects that
 * trust policies name: a pattern allows more than one, and such a role belongs to none of them.
 */
export function roleFinder(iam: Pick<IamPort, "listRoles">, cluster: ClusterWithIssuer): RoleFinder {
  const index = memoized(() => look(async () => bySubject(await iam.listRoles())));
  return async (serviceAccount) =>
    mapKnown(await index(), (roles) =>
      (roles.get(subjectOf(serviceAccount)) ?? [])
        .filter(({ trust }) => trustsServiceAccount(trust, cluster, serviceAccount))
        .map(({ name }) => name),
    );
}

interface Trusting {
  readonly name: string;
  readonly trust: PolicyDocument;
}

function bySubject(
  listed: Awaited<ReturnType<IamPort["listRoles"]>>,
): ReadonlyMap<string, readonly Trusting[]> {
  const found = new Map<string, Trusting[]>();
  for (const { arn, trust } of listed) {
    if (trust === undefined) continue;
    for (const subject of subjectsIn(trust))
      found.set(subject, [...(found.get(subject) ?? []), { name: roleRef(arn).name, trust }]);
  }
  return found;
}

function subjectsIn(trust: PolicyDocument): ReadonlySet<string> {
  const byToken = JSON.stringify(trust).match(/system:serviceaccount:[a-z0-9.-]+:[a-z0-9.-]+/g) ?? [];
  const byTags = listOf(trust.Statement).flatMap((statement) => taggedServiceAccount(statement) ?? []);
  return new Set([...byToken, ...byTags.map(subjectOf)]);
}
