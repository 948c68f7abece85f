import { checkCluster } from "../links/cluster.ts";
import { checkIssuer } from "../links/issuer.ts";
import { checkPermissions } from "../links/permissions.ts";
import { checkPod } from "../links/pod.ts";
import { checkProvider } from "../links/provider.ts";
import { checkRole } from "../links/role.ts";
import { checkServiceAccount } from "../links/service-account.ts";
import { checkSts, skippedSts } from "../links/sts.ts";
import { checkToken } from "../links/token.ts";
import { checkTrustPolicy } from "../links/trust-policy.ts";
import { checkWebhook } from "../links/webhook.ts";
import { checkWorkload } from "../links/workload.ts";
import { remainingByIrsa } from "./remaining-irsa.ts";
import type { Way } from "./way.ts";

/** IRSA: the issuer's provider, an annotation, and STS. */
export const IRSA: Way = {
  steps: [
    { link: "cluster", run: checkCluster, needs: [] },
    { link: "issuer", run: checkIssuer, needs: ["cluster"] },
    { link: "provider", run: checkProvider, needs: ["issuer"] },
    { link: "service-account", run: checkServiceAccount, needs: ["cluster"] },
    { link: "role", run: checkRole, needs: ["service-account"] },
    { link: "trust-policy", run: checkTrustPolicy, needs: ["issuer", "role"] },
    { link: "permissions", run: checkPermissions, needs: ["service-account"], after: ["role"] },
    { link: "webhook", run: checkWebhook, needs: ["service-account"] },
    { link: "workload", run: checkWorkload, needs: [], after: ["service-account"] },
    { link: "pod", run: checkPod, needs: ["service-account"], after: ["workload"] },
    { link: "token", run: checkToken, needs: ["service-account"] },
    {
      link: "sts",
      run: checkSts,
      needs: [],
      after: ["provider", "service-account", "role", "trust-policy", "token"],
      skip: skippedSts,
    },
  ],
  exchange: "sts",
  proved: new Set(["cluster", "issuer", "provider", "role", "trust-policy", "token", "sts"]),
  remaining: remainingByIrsa,
};
