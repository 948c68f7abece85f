import { counted } from "../../model/counted.ts";
import { accountPath, parseAccountPath } from "../../model/service-account-ref.ts";
import { workloadNames } from "../annotated.ts";
import type { Rule } from "../rule.ts";
import { aboutAccount } from "../subjects.ts";
import { listText } from "../texts.ts";

/** Pods whose account was deleted under them. */
export const accountGone: Rule = {
  code: "account-gone",
  title: "pods with a role run with an account that does not exist any more",
  severity: "high",
  why: `The kubelet gets no new token for them: they lose their credentials when the present one expires, after a day at most. No new pod of the workload can be made.`,
  finds: `Running pods with \`AWS_ROLE_ARN\` whose account the cluster does not have; only where its accounts could be read. An account that was deleted and made again is not noticed.`,
  mends: `Make the account again, then restart the workload.`,
  sources: [
    "https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens",
  ],
  *find({ pods: allPods }) {
    for (const [cluster, pods] of allPods) {
      const { accounts, cluster: own } = cluster.audited;
      if (accounts === undefined) continue;
      const existing = new Set(accounts.map(({ ref }) => accountPath(ref)));
      for (const [path, group] of pods) {
        const account = existing.has(path) ? undefined : parseAccountPath(path);
        const withRole = group.filter(({ roleArn }) => roleArn !== undefined);
        if (account?.ok !== true || withRole.length === 0) continue;
        const roles = withRole.flatMap(({ roleArn = "" }) => (roleArn === "" ? [] : [roleArn]));
        yield {
          subject: aboutAccount(own, account.value),
          message: `${counted(withRole.length, "pod")} with a role ${withRole.length === 1 ? "runs" : "run"} with ${path}, which ${own.name} does not have`,
          evidence: [
            ["workloads", listText(workloadNames(withRole))],
            ...[...new Set(roles)].toSorted().map((arn) => ["role", arn] as const),
          ],
          mend: {
            kind: "advice",
            text: "Make the account again, annotated with the role, then restart the workloads",
          },
          namespaces: [account.value.namespace],
        };
      }
    }
  },
};
