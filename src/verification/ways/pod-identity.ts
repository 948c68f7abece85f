import { checkCluster } from "../links/cluster.ts";
import { checkPermissions } from "../links/permissions.ts";
import { checkAgent } from "../links/pod-identity/agent.ts";
import { checkAssociation } from "../links/pod-identity/association.ts";
import { checkExchange, skippedExchange } from "../links/pod-identity/exchange.ts";
import { checkPods } from "../links/pod-identity/pod.ts";
import { checkAssociatedRole } from "../links/pod-identity/role.ts";
import { checkAssociatedServiceAccount } from "../links/pod-identity/service-account.ts";
import { checkSessionPolicy } from "../links/pod-identity/session-policy.ts";
import { checkTargetRole } from "../links/pod-identity/target-role.ts";
import { checkPodsTrust } from "../links/pod-identity/trust-policy.ts";
import { checkInjection } from "../links/pod-identity/webhook.ts";
import { checkTemplate } from "../links/pod-identity/workload.ts";
import { checkToken } from "../links/token.ts";
import { remainingByPodIdentity } from "./remaining-pod-identity.ts";
import type { Way } from "./way.ts";

/** EKS Pod Identity: an association, the agent on the node, and EKS Auth. */
export const POD_IDENTITY: Way = {
  steps: [
    { link: "cluster", run: checkCluster, needs: [] },
    { link: "association", run: checkAssociation, needs: ["cluster"] },
    { link: "agent", run: checkAgent, needs: ["cluster"] },
    { link: "service-account", run: checkAssociatedServiceAccount, needs: ["cluster"] },
    { link: "role", run: checkAssociatedRole, needs: ["association"] },
    { link: "trust-policy", run: checkPodsTrust, needs: ["role"] },
    { link: "target-role", run: checkTargetRole, needs: ["association"], after: ["role"] },
    { link: "session-policy", run: checkSessionPolicy, needs: ["association"] },
    { link: "permissions", run: checkPermissions, needs: ["association"], after: ["role"] },
    { link: "webhook", run: checkInjection, needs: ["service-account"] },
    { link: "workload", run: checkTemplate, needs: [], after: ["service-account"] },
    { link: "pod", run: checkPods, needs: ["service-account"], after: ["workload"] },
    { link: "token", run: checkToken, needs: ["service-account"] },
    {
      link: "exchange",
      run: checkExchange,
      needs: [],
      after: ["association", "service-account", "role", "trust-policy", "target-role", "token"],
      skip: skippedExchange,
    },
  ],
  exchange: "exchange",
  proved: new Set(["cluster", "association", "role", "trust-policy", "target-role", "token", "exchange"]),
  remaining: remainingByPodIdentity,
};
