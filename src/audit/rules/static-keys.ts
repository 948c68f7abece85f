import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { podsOf, workloadNames } from "../annotated.ts";
import type { Rule } from "../rule.ts";
import { aboutAccount } from "../subjects.ts";
import { listText } from "../texts.ts";

/** Access keys where a role is meant. */
export const staticKeys: Rule = {
  code: "static-keys",
  title: "pods have static access keys beside the role of their ServiceAccount",
  severity: "medium",
  why: `SDKs take \`AWS_ACCESS_KEY_ID\` before the token: the pods work with the keys, not with the role, and the keys never expire.`,
  finds: `Running pods of annotated ServiceAccounts with the variable \`AWS_ACCESS_KEY_ID\` in a container's \`env\`. What \`envFrom\` brings in is not seen.`,
  remedies: `Take the variables out of the workload, then delete the keys.`,
  sources: ["https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html"],
  *find({ access, annotated, pods: allPods }) {
    for (const cluster of access.clusters) {
      const pods = allPods.get(cluster);
      if (pods === undefined) continue;
      for (const { serviceAccount, text } of annotated.filter((one) => one.cluster === cluster)) {
        const withKeys = podsOf(pods, serviceAccount).filter((pod) => pod.staticKeys);
        if (withKeys.length === 0) continue;
        yield {
          subject: aboutAccount(cluster.audited.cluster, serviceAccount.ref),
          message: `pods of ${serviceAccountPath(serviceAccount.ref)} have static access keys, which come before its role`,
          evidence: [
            ["workloads", listText(workloadNames(withKeys))],
            ["role", text],
          ],
          remedy: {
            kind: "advice",
            text: "Take AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY out of the workload, then delete the keys",
          },
          namespaces: [serviceAccount.ref.namespace],
        };
      }
    }
  },
};
