import { RULES } from "../../audit/all-rules.ts";
import { DEFAULT_PROVIDERS_QUOTA } from "../../model/quotas.ts";
import type { AwsAccountFacts } from "../../watch/aws-account.ts";
import { one, type Family, type MetricsView, type Sample } from "../family.ts";

/** Findings, quotas and calls. */
export const AWS_ACCOUNT_FAMILIES: readonly Family[] = [
  {
    name: "irsa_findings",
    type: "gauge",
    help: "Findings of irsa audit by rule and severity; state unknown: it is not known whether they still apply",
    labels: ["rule", "severity", "state"],
    samples: findingSamples,
  },
  account("irsa_iam_roles", "IAM roles in the AWS account", ({ roles }) => roles),
  account("irsa_iam_roles_quota", "Quota of IAM roles in the AWS account", (facts) => facts.rolesQuota),
  account("irsa_iam_oidc_providers", "OIDC providers in the AWS account", ({ providers }) => providers),
  account(
    "irsa_iam_oidc_providers_default_quota",
    "Default quota of OIDC providers in an AWS account; IAM does not report a raised quota",
    () => DEFAULT_PROVIDERS_QUOTA,
  ),
  {
    name: "irsa_trust_policy_characters",
    type: "gauge",
    help: "Size of the longest trust policies of roles that ServiceAccounts can assume; at most 20 roles",
    labels: ["role"],
    samples: ({ latest }) =>
      (latest?.round.awsAccount.longestTrusts ?? []).map(({ role, characters }): Sample => [
        [role],
        characters,
      ]),
  },
  account(
    "irsa_trust_policy_quota_characters",
    "Quota of characters in a trust policy",
    (facts) => facts.trustQuota,
  ),
  {
    name: "irsa_aws_requests_total",
    type: "counter",
    help: "Requests to AWS by action and result: ok, not-found, or an error code of irsa; each retry counts",
    labels: ["action", "result"],
    samples: ({ calls }) => calls.map(({ action, result, count }): Sample => [[action, result], count]),
  },
];

function account(
  name: Family["name"],
  help: string,
  value: (facts: AwsAccountFacts) => number | undefined,
): Family {
  const samples = ({ latest }: MetricsView) =>
    one(latest === undefined ? undefined : value(latest.round.awsAccount));
  return { name, type: "gauge", help, labels: [], samples };
}

/** With a zero for every rule, so that a finding is a change of a series and not a new one. */
function findingSamples({ latest }: MetricsView): readonly Sample[] {
  if (latest === undefined) return [];
  const counts = new Map<string, number>(RULES.map(({ code, severity }) => [`${code} ${severity} known`, 0]));
  for (const { finding, isUnknown } of latest.round.state.findings.values()) {
    const key = `${finding.rule} ${finding.severity} ${isUnknown ? "unknown" : "known"}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]): Sample => [key.split(" "), count]);
}
