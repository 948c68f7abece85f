import { accountPath } from "../../model/service-account-ref.ts";
import { podsOf } from "../annotated.ts";
import type { Rule } from "../rule.ts";
import { aboutAccount } from "../subjects.ts";

/** An account with a role that no pod runs with. */
export const noWorkload: Rule = {
  code: "no-workload",
  title: "an account has a role, and no pod runs with it",
  severity: "low",
  why: `Who may make pods in the namespace can run one with the account; nobody would miss it.`,
  finds: `Annotated accounts with which no pod runs at the moment. A CronJob between two runs and a workload scaled to zero are found too.`,
  mends: `Take the account away, and its role; or say by an \`irsa/ignore\` annotation why it stays.`,
  sources: ["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"],
  *find({ reach, annotated, pods: allPods }) {
    for (const cluster of reach.clusters) {
      const pods = allPods.get(cluster);
      if (pods === undefined) continue;
      for (const found of annotated.filter((one) => one.cluster === cluster)) {
        const { account, text } = found;
        if (podsOf(pods, account).length > 0) continue;
        yield {
          subject: aboutAccount(cluster.audited.cluster, account.ref),
          message: `no pod runs with ${accountPath(account.ref)}, which has a role`,
          evidence: [["role", text]],
          mend: {
            kind: "advice",
            text: "Take the account and its role away, if no CronJob or scaled-down workload needs them",
          },
          namespaces: [account.ref.namespace],
        };
      }
    }
  },
};
