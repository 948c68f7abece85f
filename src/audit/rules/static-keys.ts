import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { podsOf, workloadNames } from "../annotated.ts";
import type { Rule } from "../rule.ts";
import { aboutServiceAccount } from "../subjects.ts";
import { listText } from "../../model/list-text.ts";

/** Access keys in addition to a role. */
export const staticKeys: Rule = {
  code: "static-keys",
  pods: "own",
  title: "pods have static access keys in addition to the ServiceAccount's role",
  severity: "medium",
  why: `AWS SDKs use \`AWS_ACCESS_KEY_ID\` before the token: the pods use the keys, not the role, and the keys never expire.`,
  finds: `Running pods of annotated ServiceAccounts with the variable \`AWS_ACCESS_KEY_ID\` in a container's \`env\`. Variables from \`envFrom\` are not checked.`,
  remedies: `Remove the variables from the workload, then delete the access keys.`,
  sources: ["https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html"],
  *find({ access, annotated, pods: allPods }) {
    for (const cluster of access.clusters) {
      const pods = allPods.get(cluster);
      if (pods === undefined) continue;
      for (const { serviceAccount, text } of annotated.filter((one) => one.cluster === cluster)) {
        const withKeys = podsOf(pods, serviceAccount).filter((pod) => pod.staticKeys);
        if (withKeys.length === 0) continue;
        yield {
          subject: aboutServiceAccount(cluster.audited.cluster, serviceAccount.ref),
          message: `pods of ${serviceAccountPath(serviceAccount.ref)} have static access keys, which take precedence over its role`,
          evidence: [
            ["workloads", listText(workloadNames(withKeys))],
            ["role", text],
          ],
          remedy: {
            kind: "advice",
            text: "Remove AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY from the workload, then delete the access keys",
          },
          namespaces: [serviceAccount.ref.namespace],
        };
      }
    }
  },
};
