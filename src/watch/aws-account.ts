import { isAssumable } from "../audit/is-assumable.ts";
import type { Observed } from "../audit/observe.ts";
import { valueOf, type Known } from "../model/known.ts";
import { policySize } from "../model/trust-policy/grant.ts";
import { trustQuotaIn } from "../model/trust-policy/size-quota.ts";

/** How full the AWS account is; `undefined` for what is not known now. */
export interface AwsAccountFacts {
  readonly roles: number | undefined;
  readonly rolesQuota: number | undefined;
  readonly providers: number | undefined;
  readonly trustQuota: number | undefined;
  /** The longest trust policies of roles that ServiceAccounts can assume, longest first. */
  readonly longestTrusts: readonly { readonly role: string; readonly characters: number }[];
}

/** Nobody needs to know how long the others are. */
const LONGEST = 20;

/**
 * What an audit has read of the AWS account's quotas.
 * @param summary IAM's own count; `undefined` if it was not asked for
 */
export function awsAccountFacts(
  { inventory, access }: Observed,
  summary: Known<Readonly<Record<string, number>>> | undefined,
): AwsAccountFacts {
  const counts = (summary && valueOf(summary)) ?? {};
  return {
    roles: counts["Roles"] ?? valueOf(inventory.roles)?.length,
    rolesQuota: counts["RolesQuota"],
    providers: valueOf(inventory.providers)?.length,
    trustQuota: trustQuotaIn(counts),
    longestTrusts: access.roles
      .flatMap((one) => {
        const { arn, trust } = one.role;
        if (trust === undefined || !isAssumable(one)) return [];
        return [{ role: arn.split("/").at(-1) ?? arn, characters: policySize(trust) }];
      })
      .toSorted((one, other) => other.characters - one.characters || one.role.localeCompare(other.role))
      .slice(0, LONGEST),
  };
}
