import { accountPath } from "../model/service-account-ref.ts";
import type { RoleReach } from "./reach.ts";
import { listText } from "./texts.ts";

/** True if some account, existing or still to be made, becomes the role. */
export function isReached({ byCluster }: RoleReach): boolean {
  return byCluster.some(
    ({ token, open, associations }) =>
      token.named.length + token.alike.length + associations.length > 0 || open !== undefined,
  );
}

/** Who becomes the role, in a few words. */
export function whoText({ byCluster }: RoleReach): string {
  if (byCluster.some(({ token }) => token.alike.length > 0)) return "every account that no statement names";
  const refs = byCluster.flatMap(({ token, associations }) =>
    [...token.named, ...associations].map(({ candidate }) => accountPath(candidate.ref)),
  );
  return refs.length === 0 ? "accounts still to be made" : listText([...new Set(refs)].toSorted());
}
