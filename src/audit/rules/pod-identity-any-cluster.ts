import { roleRef, type ClusterArn, type ClusterRef } from "../../model/arn.ts";
import type { NamespaceName, ServiceAccountName } from "../../model/service-account-ref.ts";
import { PODS_SERVICE, podIdentityRequests } from "../../model/trust-policy/pod-identity-request.ts";
import type { TrustStatement } from "../../model/trust-policy/read.ts";
import { judgeAll } from "../judge.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";
import { statementsText } from "../texts.ts";
import { mayAllow } from "../trust-probe.ts";

/** A role that EKS may assume for a cluster that its owner does not know of. */
export const podIdentityAnyCluster: Rule = {
  code: "pod-identity-any-cluster",
  title: "a role trusts EKS Pod Identity for every cluster",
  severity: "low",
  why: `The role's trust policy leaves it to the permissions \`eks:CreatePodIdentityAssociation\` and \`iam:PassRole\` which pods of which cluster get it: one association in a test cluster is enough. EKS calls this the confused deputy problem.`,
  finds: `Roles whose trust policy, evaluated as a whole, allows \`pods.eks.amazonaws.com\` for pods of a cluster that does not exist, in this AWS account or in another one. The conditions that prevent it compare \`aws:SourceArn\`, \`aws:RequestTag/eks-cluster-arn\` or \`aws:RequestTag/eks-cluster-name\` with the cluster's, or \`aws:SourceAccount\` with the AWS account's number. If the result depends on conditions that can't be evaluated, nothing is reported.`,
  remedies: `Add \`aws:SourceAccount\` and \`aws:SourceArn\` of the cluster to the conditions of the statement.`,
  sources: [
    "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
  ],
  *find({ access }) {
    const [first] = access.clusters;
    if (first === undefined) return;
    const { cluster } = first.audited;
    const strangers = [
      ["any AWS account", strangerOf(cluster, "000000000000")],
      ["any cluster of this AWS account", strangerOf(cluster, cluster.awsAccount)],
    ] as const;
    for (const { role, trust } of access.roles) {
      if (!mayAllow(trust, { type: "Service", id: PODS_SERVICE })) continue;
      const judged = strangers.map(([who, stranger]) => [who, judgeStranger(trust, stranger)] as const);
      const open = judged.find(([, judgement]) => judgement !== undefined);
      if (open === undefined) continue;
      const [who, judgement] = open;
      yield {
        subject: aboutRole(role.arn),
        message: `${roleRef(role.arn).name} trusts EKS Pod Identity for pods of ${who}`,
        evidence: [["statement", statementsText(judgement?.statements ?? [])]],
        remedy: {
          kind: "advice",
          text: "Add the conditions aws:SourceAccount and aws:SourceArn (the cluster's ARN) to the statement for pods.eks.amazonaws.com",
        },
      };
    }
  },
};

/** A cluster that can't exist: no cluster's name begins with a hyphen. */
function strangerOf({ partition, region }: ClusterRef, awsAccount: string): ClusterRef {
  const name = "-irsa-nobody";
  const arn = `arn:${partition}:eks:${region}:${awsAccount}:cluster/${name}` as ClusterArn;
  return { arn, partition, region, awsAccount, name };
}

/** With and without session tags, for the ServiceAccounts that the trust policy speaks of, and for one that it does not. */
function judgeStranger(trust: readonly TrustStatement[], cluster: ClusterRef) {
  const namespaces = valuesOf(trust, "kubernetes-namespace");
  const names = valuesOf(trust, "kubernetes-service-account");
  const subjects = namespaces.flatMap((namespace) =>
    names.map((name) => ({
      namespace: namespace as NamespaceName,
      name: name as ServiceAccountName,
    })),
  );
  const judgements = subjects.flatMap((serviceAccount) =>
    [false, true].map((withoutSessionTags) =>
      judgeAll(trust, podIdentityRequests(cluster, { serviceAccount, withoutSessionTags })),
    ),
  );
  return judgements.find((one) => one?.verdict === "allow");
}

/** How many values of a session tag are tried, so that a long list costs little. */
const TRIED = 8;

function valuesOf(trust: readonly TrustStatement[], tag: string): readonly string[] {
  const key = `aws:requesttag/${tag}`;
  const compared = trust
    .flatMap(({ conditions }) => conditions)
    .filter((condition) => condition.key.toLowerCase() === key)
    .flatMap(({ expected }) => expected)
    .map((value) => value.replaceAll(/[*?]/g, "x"));
  return [...new Set([...compared.slice(0, TRIED), "irsa-nobody"])];
}
