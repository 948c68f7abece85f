import { accountPath } from "../../model/service-account-ref.ts";
import { podsOf, workloadNames } from "../annotated.ts";
import type { Rule } from "../rule.ts";
import { aboutAccount } from "../subjects.ts";
import { listText } from "../texts.ts";

/** Access keys where a role is meant. */
export const staticKeys: Rule = {
  code: "static-keys",
  title: "pods have static access keys beside the role of their account",
  severity: "medium",
  why: `SDKs take \`AWS_ACCESS_KEY_ID\` before the token: the pods work with the keys, not with the role, and the keys never expire.`,
  finds: `Running pods of annotated accounts with the variable \`AWS_ACCESS_KEY_ID\` in a container's \`env\`. What \`envFrom\` brings in is not seen.`,
  mends: `Take the variables out of the workload, then delete the keys.`,
  sources: ["https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html"],
  *find({ reach, annotated, pods: allPods }) {
    for (const cluster of reach.clusters) {
      const pods = allPods.get(cluster);
      if (pods === undefined) continue;
      for (const { account, text } of annotated.filter((one) => one.cluster === cluster)) {
        const withKeys = podsOf(pods, account).filter((pod) => pod.staticKeys);
        if (withKeys.length === 0) continue;
        yield {
          subject: aboutAccount(cluster.audited.cluster, account.ref),
          message: `pods of ${accountPath(account.ref)} have static access keys, which come before its role`,
          evidence: [
            ["workloads", listText(workloadNames(withKeys))],
            ["role", text],
          ],
          mend: {
            kind: "advice",
            text: "Take AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY out of the workload, then delete the keys",
          },
          namespaces: [account.ref.namespace],
        };
      }
    }
  },
};
