import { roleRef, type RoleArn } from "./arn.ts";

/** The names of roles, as one leads to the next; of one in another AWS account than the last one, also that. */
export function roleChainText(roles: readonly RoleArn[]): string {
  const refs = roles.map(roleRef);
  const last = refs.at(-1)?.awsAccount;
  return refs
    .map((one) => (one.awsAccount === last ? one.name : `${one.awsAccount}/${one.name}`))
    .join(" → ");
}
