import type { IamPort } from "../aws/port.ts";
import { roleRef } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import { once } from "../model/once.ts";
import { subjectOf, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { unlessFailed } from "../model/unless-failed.ts";
import { admitsAccount } from "./trust.ts";

/** Finds the names of roles whose trust policy allows an account; `undefined` where roles can't be listed. */
export type RoleFinder = (account: ServiceAccountRef) => Promise<readonly string[] | undefined>;

/**
 * A finder that reads IAM's list of roles once, and only when it is asked. Of hundreds of accounts each is looked up in
 * the subjects that trust policies name: a pattern lets in more than one, and such a role is nobody's own.
 */
export function roleFinder(iam: Pick<IamPort, "listRoles">, cluster: ClusterWithIssuer): RoleFinder {
  const index = once(() => unlessFailed(async () => bySubject(await iam.listRoles())));
  return async (account) => {
    const roles = await index();
    const named = roles?.get(subjectOf(account)) ?? [];
    return (
      roles && named.filter(({ trust }) => admitsAccount(trust, cluster, account)).map(({ name }) => name)
    );
  };
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
  return new Set(JSON.stringify(trust).match(/system:serviceaccount:[a-z0-9.-]+:[a-z0-9.-]+/g));
}
