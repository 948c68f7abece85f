import { keepsFromAdministration } from "../model/session-policy.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { RoleAccess } from "./access-index.ts";
import type { SessionPolicies } from "./chains/session-policies.ts";
import { listText } from "../model/list-text.ts";

/** True if a ServiceAccount, existing or not, can assume the role. */
export function isAssumable({ byCluster }: RoleAccess): boolean {
  return byCluster.some((one) => isByToken(one) || one.associations.length > 0);
}

function isByToken({ token, open }: RoleAccess["byCluster"][number]): boolean {
  return token.named.length + token.alike.length > 0 || open !== undefined;
}

/** The session policies with which ServiceAccounts can assume the role. */
export function sessionPoliciesOf({ byCluster }: RoleAccess): SessionPolicies {
  return byCluster.flatMap((one) => [
    ...(isByToken(one) ? [undefined] : []),
    ...one.associations.map(({ association: { policy } }) => policy),
  ]);
}

/** Who can assume the role, in a few words. */
export function whoText({ byCluster }: RoleAccess): string {
  if (byCluster.some(({ token }) => token.alike.length > 0))
    return "every ServiceAccount that no statement names";
  const refs = byCluster.flatMap(({ token, associations }) =>
    [...token.named, ...associations].map(({ candidate }) => serviceAccountPath(candidate.ref)),
  );
  return refs.length === 0 ? "ServiceAccounts that don't exist yet" : listText([...new Set(refs)].toSorted());
}

/** Without the associations whose session policy keeps pods from what the role allows. */
export function withoutLimited(role: RoleAccess): RoleAccess {
  const byCluster = role.byCluster.map((one) => ({
    ...one,
    associations: one.associations.filter(
      ({ association: { policy } }) => policy === undefined || !keepsFromAdministration(policy),
    ),
  }));
  return { ...role, byCluster };
}
