import type { Role } from "../model/iam-objects.ts";
import { valueOf } from "../model/known.ts";
import type { Remedy } from "../model/remedy.ts";
import { policySize, withGrant, type Grant } from "../model/trust-policy/grant.ts";
import { TRUST_QUOTA, trustQuotaIncrease } from "../model/trust-policy/size-quota.ts";
import { wayGrantOf } from "./facts.ts";
import type { Observed } from "./observed.ts";
import { advice } from "./result.ts";

/** True if the trust policy with the ServiceAccount's statement has more characters than every AWS account allows. */
export function exceedsDefaultQuota(observed: Observed): boolean {
  const grant = wayGrantOf(observed);
  const role = valueOf(observed.role)?.role;
  return grant !== undefined && role !== undefined && sizeWith(role, grant) > TRUST_QUOTA.usual;
}

/** The ways out where IAM would refuse the trust policy with the ServiceAccount's statement; `undefined` if it fits, or may do so. */
export function tooLong({ trustQuota }: Observed, role: Role, grant: Grant): Remedy | undefined {
  const size = sizeWith(role, grant);
  const quota = valueOf(trustQuota) ?? (size > TRUST_QUOTA.most ? TRUST_QUOTA.most : undefined);
  if (quota === undefined || size <= quota) return undefined;
  const over = `With this ServiceAccount, the trust policy of role ${role.name} would have ${size} characters, ${size - quota} more than the ${quota} that IAM allows`;
  const ways = [
    "give the ServiceAccount a role of its own (irsa create-sa)",
    "ask the role's owner to remove or merge statements",
  ];
  const advised = `${over}. Choose one: ${ways.join("; ")}`;
  return size > TRUST_QUOTA.most
    ? advice(advised)
    : advice(`${advised}; or request a higher quota:`, trustQuotaIncrease(size));
}

/** What to know of a fix that needs a raised quota, where it could not be read whether it is. */
export function sizeNote({ trustQuota }: Observed, role: Role, grant: Grant): string | undefined {
  const size = sizeWith(role, grant);
  if (size <= TRUST_QUOTA.usual || valueOf(trustQuota) !== undefined) return undefined;
  return `With it, the trust policy has ${size} characters. IAM's default quota is ${TRUST_QUOTA.usual}; whether it was raised could not be read (iam:GetAccountSummary).`;
}

function sizeWith({ trust }: Role, grant: Grant): number {
  return policySize(withGrant(trust, grant));
}
