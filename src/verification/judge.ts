import type { ChainReport, LinkReport, LinkResult, Verdict } from "./chain.ts";
import { LINKS, type LinkName } from "./links.ts";
import { checkCluster } from "./links/cluster.ts";
import { checkIssuer } from "./links/issuer.ts";
import { checkPermissions } from "./links/permissions.ts";
import { checkPod } from "./links/pod.ts";
import { checkProvider } from "./links/provider.ts";
import { checkRole } from "./links/role.ts";
import { checkServiceAccount } from "./links/service-account.ts";
import { checkSts, skippedSts } from "./links/sts.ts";
import { checkToken } from "./links/token.ts";
import { checkTrustPolicy } from "./links/trust-policy.ts";
import { checkWebhook } from "./links/webhook.ts";
import { checkWorkload } from "./links/workload.ts";
import type { Observed } from "./observed.ts";
import { skipped } from "./result.ts";
import { valueOf } from "./seen.ts";

interface Check {
  readonly run: (observed: Observed) => LinkResult;
  /** The links without which this one has no meaning, or is broken in any case. */
  readonly needs: readonly LinkName[];
  /** What is still to be said where one of those is broken. */
  readonly skip?: (observed: Observed) => LinkResult | undefined;
}

const CHECKS: Readonly<Record<LinkName, Check>> = {
  cluster: { run: checkCluster, needs: [] },
  issuer: { run: checkIssuer, needs: ["cluster"] },
  provider: { run: checkProvider, needs: ["issuer"] },
  "service-account": { run: checkServiceAccount, needs: ["cluster"] },
  role: { run: checkRole, needs: ["service-account"] },
  "trust-policy": { run: checkTrustPolicy, needs: ["issuer", "role"] },
  permissions: { run: checkPermissions, needs: ["role"] },
  webhook: { run: checkWebhook, needs: ["service-account"] },
  workload: { run: checkWorkload, needs: ["service-account"] },
  pod: { run: checkPod, needs: ["service-account", "workload"] },
  token: { run: checkToken, needs: ["service-account"] },
  sts: { run: checkSts, needs: ["provider", "role", "trust-policy", "token"], skip: skippedSts },
};

/** Judges every link in order; one that builds on a broken one is skipped. Pure. */
export function judgeChain(observed: Observed): ChainReport {
  const reports = new Map<LinkName, LinkReport>();
  for (const link of LINKS) {
    const { run, needs, skip } = CHECKS[link];
    const before = needs.find((name) => reports.get(name)?.status === "FAIL");
    const result =
      before === undefined
        ? run(observed)
        : (skip?.(observed) ?? skipped(`not looked at: the ${before.replace("-", " ")} is broken`));
    reports.set(link, { link, ...result });
  }
  const links = [...reports.values()];
  const account = valueOf(observed.account)?.ref;
  return { subject: observed.subject, account, verdict: verdictOf(reports), links };
}

/** True if nothing before the exchange is broken. */
export function isSoundSoFar({ links }: ChainReport): boolean {
  return links.every(({ link, status }) => link === "sts" || link === "pod" || status !== "FAIL");
}

/** Links whose truth an accepted token shows, whether or not they could be read. */
const SHOWN_BY_STS = new Set<LinkName>([
  "cluster",
  "issuer",
  "provider",
  "role",
  "trust-policy",
  "token",
  "sts",
]);

function verdictOf(reports: ReadonlyMap<LinkName, LinkReport>): Verdict {
  const all = [...reports.values()];
  if (all.some(({ status }) => status === "FAIL")) return "broken";
  const open = all.filter(({ status }) => status === "UNKNOWN").map(({ link }) => link);
  const proved = reports.get("sts")?.status === "PASS" && open.every((link) => SHOWN_BY_STS.has(link));
  return proved ? "works" : "unproven";
}
