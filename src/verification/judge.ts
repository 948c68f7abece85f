import type { ChainReport, LinkReport, LinkResult, Verdict } from "./chain.ts";
import { linkLabel, LINKS, type LinkName } from "./links.ts";
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
import { remaining } from "./remaining.ts";
import { skipped } from "./result.ts";
import { valueOf } from "../model/known.ts";

interface Check {
  readonly run: (observed: Observed) => LinkResult;
  /** The links without which there is nothing to check. */
  readonly needs: readonly LinkName[];
  /** The links that, once broken, break this one in any case. */
  readonly after?: readonly LinkName[];
  /** What is still reported if an earlier link is broken. */
  readonly skip?: (observed: Observed) => LinkResult | undefined;
}

const CHECKS: Readonly<Record<LinkName, Check>> = {
  cluster: { run: checkCluster, needs: [] },
  issuer: { run: checkIssuer, needs: ["cluster"] },
  provider: { run: checkProvider, needs: ["issuer"] },
  "service-account": { run: checkServiceAccount, needs: ["cluster"] },
  role: { run: checkRole, needs: ["service-account"] },
  "trust-policy": { run: checkTrustPolicy, needs: ["issuer", "role"] },
  permissions: { run: checkPermissions, needs: ["service-account"], after: ["role"] },
  webhook: { run: checkWebhook, needs: ["service-account"] },
  workload: { run: checkWorkload, needs: [], after: ["service-account"] },
  pod: { run: checkPod, needs: ["service-account"], after: ["workload"] },
  token: { run: checkToken, needs: ["service-account"] },
  sts: {
    run: checkSts,
    needs: [],
    after: ["provider", "service-account", "role", "trust-policy", "token"],
    skip: skippedSts,
  },
};

type Reports = ReadonlyMap<LinkName, LinkReport>;

/** Checks every link in order; one that depends on a broken or unknown link is skipped. Pure. */
export function judgeChain(observed: Observed): ChainReport {
  const reports = new Map<LinkName, LinkReport>();
  for (const link of LINKS) {
    const check = CHECKS[link];
    const reason = reasonToSkip(check, reports);
    const result = reason === undefined ? check.run(observed) : (check.skip?.(observed) ?? skipped(reason));
    reports.set(link, { link, ...result });
  }
  const links = [...reports.values()];
  const serviceAccount = valueOf(observed.serviceAccount)?.ref;
  const verdict = verdictOf(reports);
  return {
    subject: observed.subject,
    serviceAccount,
    verdict,
    links,
    notChecked: remaining(observed, verdict),
  };
}

function reasonToSkip({ needs, after = [] }: Check, reports: Reports): string | undefined {
  const before = (names: readonly LinkName[]) => names.flatMap((name) => reports.get(name) ?? []);
  const broken = before([...needs, ...after]).find(({ status }) => status === "FAIL");
  if (broken !== undefined) return `not checked: ${linkLabel(broken.link)} is broken`;
  const unseen = before(needs).find(({ status }) => status === "UNKNOWN");
  if (unseen !== undefined) return `not checked: ${linkLabel(unseen.link)} is unknown`;
  return before(needs).find(({ status }) => status === "SKIPPED")?.message;
}

/** True if nothing before the exchange is broken. */
export function isSoundSoFar({ links }: ChainReport): boolean {
  return links.every(({ link, status }) => link === "sts" || link === "pod" || status !== "FAIL");
}

/** Links that an accepted token proves, whether or not they could be read. */
const SHOWN_BY_STS = new Set<LinkName>([
  "cluster",
  "issuer",
  "provider",
  "role",
  "trust-policy",
  "token",
  "sts",
]);

function verdictOf(reports: Reports): Verdict {
  const all = [...reports.values()];
  if (all.some(({ status }) => status === "FAIL")) return "broken";
  const open = all.filter(({ status }) => status === "UNKNOWN").map(({ link }) => link);
  const proved = reports.get("sts")?.status === "PASS" && open.every((link) => SHOWN_BY_STS.has(link));
  return proved ? "works" : "unproven";
}
