import { counted } from "../../model/counted.ts";
import { serviceAccountPath, parseServiceAccountPath } from "../../model/service-account-ref.ts";
import { workloadNames } from "../annotated.ts";
import type { Rule } from "../rule.ts";
import { aboutAccount } from "../subjects.ts";
import { listText } from "../texts.ts";

/** Pods whose ServiceAccount was deleted under them. */
export const serviceAccountGone: Rule = {
  code: "account-gone",
  title: "pods with a role run with a ServiceAccount that does not exist any more",
  severity: "high",
  why: `The kubelet gets no new token for them: they lose their credentials when the present one expires, after a day at most. No new pod of the workload can be made.`,
  finds: `Running pods with \`AWS_ROLE_ARN\` whose ServiceAccount the cluster does not have; only where its ServiceAccounts could be read. A ServiceAccount that was deleted and made again is not noticed.`,
  remedies: `Make the ServiceAccount again, then restart the workload.`,
  sources: [
    "https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens",
  ],
  *find({ pods: allPods }) {
    for (const [cluster, pods] of allPods) {
      const { serviceAccounts, cluster: own } = cluster.audited;
      if (serviceAccounts === undefined) continue;
      const existing = new Set(serviceAccounts.map(({ ref }) => serviceAccountPath(ref)));
      for (const [path, group] of pods) {
        const serviceAccount = existing.has(path) ? undefined : parseServiceAccountPath(path);
        const withRole = group.filter(({ roleArn }) => roleArn !== undefined);
        if (serviceAccount?.ok !== true || withRole.length === 0) continue;
        const roles = withRole.flatMap(({ roleArn = "" }) => (roleArn === "" ? [] : [roleArn]));
        yield {
          subject: aboutAccount(own, serviceAccount.value),
          message: `${counted(withRole.length, "pod")} with a role ${withRole.length === 1 ? "runs" : "run"} with ${path}, which ${own.name} does not have`,
          evidence: [
            ["workloads", listText(workloadNames(withRole))],
            ...[...new Set(roles)].toSorted().map((arn) => ["role", arn] as const),
          ],
          remedy: {
            kind: "advice",
            text: "Make the ServiceAccount again, annotated with the role, then restart the workloads",
          },
          namespaces: [serviceAccount.value.namespace],
        };
      }
    }
  },
};
