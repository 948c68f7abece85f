import { counted } from "../../model/counted.ts";
import { serviceAccountPath, parseServiceAccountPath } from "../../model/service-account-ref.ts";
import { workloadNames } from "../annotated.ts";
import type { Rule } from "../rule.ts";
import { aboutServiceAccount } from "../subjects.ts";
import { listText } from "../../model/list-text.ts";

/** Running pods whose ServiceAccount was deleted. */
export const serviceAccountGone: Rule = {
  code: "account-gone",
  pods: "own",
  title: "running pods use a ServiceAccount that no longer exists",
  severity: "high",
  why: `The kubelet can't refresh their token: they lose their credentials when it expires, after 24 hours at most. The workload can't create new pods.`,
  finds: `Running pods with \`AWS_ROLE_ARN\` whose ServiceAccount does not exist, in clusters whose ServiceAccounts could be read. A ServiceAccount that was deleted and recreated is not detected.`,
  remedies: `Recreate the ServiceAccount, then restart the workload.`,
  sources: [
    "https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens",
  ],
  *find({ pods: allPods }) {
    for (const [cluster, pods] of allPods) {
      const { serviceAccounts, cluster: own } = cluster.audited;
      if (serviceAccounts.state === "unknown") continue;
      const existing = new Set(serviceAccounts.value.map(({ ref }) => serviceAccountPath(ref)));
      for (const [path, group] of pods) {
        const serviceAccount = existing.has(path) ? undefined : parseServiceAccountPath(path);
        const withRole = group.filter(({ roleArn }) => roleArn !== undefined);
        if (serviceAccount?.ok !== true || withRole.length === 0) continue;
        const roles = withRole.flatMap(({ roleArn = "" }) => (roleArn === "" ? [] : [roleArn]));
        yield {
          subject: aboutServiceAccount(own, serviceAccount.value),
          message: `${counted(withRole.length, "pod")} with a role ${withRole.length === 1 ? "uses" : "use"} ServiceAccount ${path}, which does not exist in ${own.name}`,
          evidence: [
            ["workloads", listText(workloadNames(withRole))],
            ...[...new Set(roles)].toSorted().map((arn) => ["role", arn] as const),
          ],
          remedy: {
            kind: "advice",
            text: "Recreate the ServiceAccount with the role annotation, then restart the workloads",
          },
          namespaces: [serviceAccount.value.namespace],
        };
      }
    }
  },
};
