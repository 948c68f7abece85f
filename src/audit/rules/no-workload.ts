import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { podsOf } from "../annotated.ts";
import type { Rule } from "../rule.ts";
import { aboutAccount } from "../subjects.ts";

/** A ServiceAccount with a role that no pod runs with. */
export const noWorkload: Rule = {
  code: "no-workload",
  title: "a ServiceAccount has a role, and no pod runs with it",
  severity: "low",
  why: `Who may make pods in the namespace can run one with the ServiceAccount; nobody would miss it.`,
  finds: `Annotated ServiceAccounts with which no pod runs at the moment. A CronJob between two runs and a workload scaled to zero are found too.`,
  remedies: `Take the ServiceAccount away, and its role; or say by an \`irsa/ignore\` annotation why it stays.`,
  sources: ["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"],
  *find({ access, annotated, pods: allPods }) {
    for (const cluster of access.clusters) {
      const pods = allPods.get(cluster);
      if (pods === undefined) continue;
      for (const found of annotated.filter((one) => one.cluster === cluster)) {
        const { serviceAccount, text } = found;
        if (podsOf(pods, serviceAccount).length > 0) continue;
        yield {
          subject: aboutAccount(cluster.audited.cluster, serviceAccount.ref),
          message: `no pod runs with ${serviceAccountPath(serviceAccount.ref)}, which has a role`,
          evidence: [["role", text]],
          remedy: {
            kind: "advice",
            text: "Take the ServiceAccount and its role away, if no CronJob or scaled-down workload needs them",
          },
          namespaces: [serviceAccount.ref.namespace],
        };
      }
    }
  },
};
