import { roleRef, type RoleArn } from "../model/arn.ts";
import { groupBy } from "./group-by.ts";

/** A cluster as an AWS account sees it, and the roles that its associations reach. */
interface AccessSource {
  readonly awsAccount: string;
  readonly byRole: ReadonlyMap<string, unknown>;
}

/** Of several AWS accounts: the clusters that a role is asked about, which its own AWS account sees or whose associations reach it. */
export function sourcesOfRole<Source extends AccessSource>(
  all: readonly Source[],
): (role: RoleArn) => readonly Source[] {
  const ofAccount = groupBy(all, ({ awsAccount }) => awsAccount);
  const byTarget = groupBy(
    all.flatMap((source) => [...source.byRole.keys()].map((role) => ({ role, source }))),
    ({ role }) => role,
  );
  return (role) => {
    const own = ofAccount.get(roleRef(role).awsAccount) ?? [];
    return [...new Set([...own, ...(byTarget.get(role) ?? []).map(({ source }) => source)])];
  };
}
