import { awsWords } from "../../model/aws-words.ts";
import { DEFAULT_PROVIDERS_QUOTA, quotaState } from "../../model/quotas.ts";
import type { Seen } from "../../model/known.ts";
import { passed, passedOver, remarked, notKnown, type CheckResult, type Remark } from "../check.ts";

/** What an AWS account has, and may have. */
export interface Counts {
  readonly providers: Seen<number>;
  readonly summary: Seen<Readonly<Record<string, number>>>;
}

const QUOTA_COMMAND = awsWords(
  ["service-quotas", "get-service-quota"],
  { ServiceCode: "iam", QuotaCode: "L-858F3967" },
  ["--region", "us-east-1"],
);

/** Whether there is room for a provider and for roles. */
export function checkQuotas({ providers, summary }: Counts): CheckResult {
  if (providers.state === "unasked" || summary.state === "unasked") return passedOver("not checked");
  const remarks: Remark[] = [];
  const known: string[] = [];
  if (providers.state === "known") {
    known.push(`${providers.value} of ${DEFAULT_PROVIDERS_QUOTA} OIDC providers`);
    if (quotaState(providers.value, DEFAULT_PROVIDERS_QUOTA) !== "room")
      remarks.push({
        level: "warn",
        code: "providers-nearly-full",
        message: `${providers.value} OIDC providers exist; the default quota is ${DEFAULT_PROVIDERS_QUOTA}`,
        evidence: {},
        fix: { kind: "command", command: QUOTA_COMMAND, note: "To see the quota:" },
      });
  }
  const { Roles: roles, RolesQuota: quota } = summary.state === "known" ? summary.value : {};
  if (roles !== undefined && quota !== undefined) {
    known.push(`${roles} of ${quota} roles`);
    const state = quotaState(roles, quota);
    if (state !== "room")
      remarks.push({
        level: state === "full" ? "fail" : "warn",
        code: `roles-${state}`,
        message: `${roles} roles exist; the quota is ${quota}`,
        evidence: {},
        fix: { kind: "advice", text: "Request an increase in Service Quotas: IAM, Roles per account" },
      });
  }
  const unseen = [providers, summary].flatMap((one) =>
    one.state === "unknown" ? [one.failure.message] : [],
  );
  if (remarks.length === 0 && unseen.length > 0) return notKnown([...known, ...unseen].join("; "));
  return remarks.length === 0 ? passed(known.join(", ")) : remarked(known.join(", "), remarks);
}
