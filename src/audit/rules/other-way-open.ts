import { listText } from "../../model/list-text.ts";
import { listed, valueOf } from "../../model/known.ts";
import { roleRef } from "../../model/arn.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { PODS_SERVICE, podIdentityRequests } from "../../model/trust-policy/pod-identity-request.ts";
import { namedIn } from "../access-paths.ts";
import { groupBy } from "../group-by.ts";
import { judgeAll } from "../judge.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";
import { mayAllow } from "../trust-probe.ts";

/** A role that trusts both the issuer and Pod Identity, of which one is used. */
export const otherWayOpen: Rule = {
  code: "other-way-open",
  title: "a role trusts both IRSA and Pod Identity, and only one of them is used",
  severity: "low",
  why: `Usually it is left from a migration. Whoever looks at the way that is used, for example to revoke access, misses the other one.`,
  finds: `Roles that ServiceAccounts get by Pod Identity and that also allow the tokens of existing ServiceAccounts by name, none of which is annotated with the role; and roles that ServiceAccounts are annotated with and that also allow \`pods.eks.amazonaws.com\` for them, without an association that uses the role. Only if all ServiceAccounts and associations of the clusters could be read.`,
  remedies: `Once all pods use one way, remove the statement for the other one from the trust policy.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html"],
  *find({ inventory, access, annotated }) {
    const isKnown = inventory.clusters.every(
      (one) => one.serviceAccounts.state === "known" && one.associations.state === "known",
    );
    if (!isKnown) return;
    const annotatedBy = groupBy(annotated, ({ text }) => text);
    const associatedRoles = new Set(
      inventory.clusters.flatMap(({ associations }) =>
        listed(associations).flatMap(({ roleArn, targetRoleArn = roleArn }) => [roleArn, targetRoleArn]),
      ),
    );
    for (const { role, trust, byCluster } of access.roles) {
      const [isAnnotated, isAssociated] = [annotatedBy.has(role.arn), associatedRoles.has(role.arn)];
      if (isAnnotated === isAssociated) continue;
      if (isAnnotated && !mayAllow(trust, { type: "Service", id: PODS_SERVICE })) continue;
      const refs = isAssociated
        ? byCluster
            .flatMap(namedIn)
            .filter(({ candidate }) => valueOf(candidate.exists) === true)
            .map(({ candidate }) => candidate.ref)
        : (annotatedBy.get(role.arn) ?? [])
            .filter(({ cluster, serviceAccount }) => {
              const asked = { serviceAccount: serviceAccount.ref, withoutSessionTags: false };
              const requests = podIdentityRequests(cluster.audited.cluster, asked);
              return judgeAll(trust, requests)?.verdict === "allow";
            })
            .map(({ serviceAccount }) => serviceAccount.ref);
      if (refs.length === 0) continue;
      const [used, other] = isAssociated
        ? ["Pod Identity", "the tokens of"]
        : ["annotations", "EKS Pod Identity for"];
      yield {
        subject: aboutRole(role.arn),
        message: `${roleRef(role.arn).name} is used by ${used} only, and also trusts ${other} ${listText([...new Set(refs.map(serviceAccountPath))].toSorted())}`,
        evidence: [["role", role.arn]],
        remedy: {
          kind: "advice",
          text: isAssociated
            ? "Remove the statement for the OIDC provider from the trust policy"
            : "Remove the statement for pods.eks.amazonaws.com from the trust policy",
        },
        namespaces: [...new Set(refs.map(({ namespace }) => namespace))].toSorted(),
      };
    }
  },
};
