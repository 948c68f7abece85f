import { shellCommand } from "../../model/shell.ts";
import type { Seen } from "../../model/known.ts";
import { passed, passedOver, remarked, notKnown, type CheckResult, type Remark } from "../check.ts";

/** The quota of OIDC providers of an AWS account, unless it was raised (to 700 at most). Source: IAM quotas. */
const PROVIDERS_BY_DEFAULT = 100;
/** From this share on there is a warning. */
const NEARLY = 0.9;

/** What an AWS account has, and may have. */
export interface Counts {
  readonly providers: Seen<number>;
  readonly summary: Seen<Readonly<Record<string, number>>>;
}

const QUOTA = ["--service-code", "iam", "--quota-code", "L-858F3967", "--region", "us-east-1"];
const QUOTA_COMMAND = shellCommand(["aws", "service-quotas", "get-service-quota", ...QUOTA]);

/** Whether there is room for a provider and for roles. */
export function checkQuotas({ providers, summary }: Counts): CheckResult {
  if (providers.state === "unasked" || summary.state === "unasked") return passedOver("not checked");
  const remarks: Remark[] = [];
  const known: string[] = [];
  if (providers.state === "known") {
    known.push(`${providers.value} of ${PROVIDERS_BY_DEFAULT} OIDC providers`);
    if (providers.value >= PROVIDERS_BY_DEFAULT * NEARLY)
      remarks.push({
        level: "warn",
        code: "providers-nearly-full",
        message: `${providers.value} OIDC providers exist; the default quota is ${PROVIDERS_BY_DEFAULT}`,
        evidence: {},
        fix: { kind: "command", text: QUOTA_COMMAND, note: "To see the quota:" },
      });
  }
  const { Roles: roles, RolesQuota: quota } = summary.state === "known" ? summary.value : {};
  if (roles !== undefined && quota !== undefined) {
    known.push(`${roles} of ${quota} roles`);
    if (roles >= quota * NEARLY)
      remarks.push({
        level: roles >= quota ? "fail" : "warn",
        code: roles >= quota ? "roles-full" : "roles-nearly-full",
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
