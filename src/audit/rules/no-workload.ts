import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { podsOf } from "../annotated.ts";
import type { Rule } from "../rule.ts";
import { aboutServiceAccount } from "../subjects.ts";

/** A ServiceAccount with a role that no pod runs with. */
export const noWorkload: Rule = {
  code: "no-workload",
  pods: "own",
  title: "a ServiceAccount has a role, but no pods use it",
  severity: "low",
  why: `Anyone who can create pods in the namespace can use the ServiceAccount's role, unnoticed.`,
  finds: `Annotated ServiceAccounts that no pod currently uses. ServiceAccounts of CronJobs between runs and of workloads scaled to zero are reported too.`,
  remedies: `Delete the ServiceAccount and its role, or add an \`irsa/ignore\` annotation with the reason to keep it.`,
  sources: ["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"],
  *find({ access, annotated, pods: allPods }) {
    for (const cluster of access.clusters) {
      const pods = allPods.get(cluster);
      if (pods === undefined) continue;
      for (const found of annotated.filter((one) => one.cluster === cluster)) {
        const { serviceAccount, text } = found;
        if (podsOf(pods, serviceAccount).length > 0) continue;
        yield {
          subject: aboutServiceAccount(cluster.audited.cluster, serviceAccount.ref),
          message: `no pods use ${serviceAccountPath(serviceAccount.ref)}, which has a role`,
          evidence: [["role", text]],
          remedy: {
            kind: "advice",
            text: "Delete the ServiceAccount and its role, if no CronJob or scaled-down workload needs them",
          },
          namespaces: [serviceAccount.ref.namespace],
        };
      }
    }
  },
};
