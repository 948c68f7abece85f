import { counted } from "../../model/counted.ts";
import { providerArn } from "../../model/issuer.ts";
import { providersIn } from "../../model/trust-policy/providers-in.ts";
import type { Rule } from "../rule.ts";
import { aboutCluster } from "../subjects.ts";

/** A cluster whose issuer STS does not know. */
export const providerMissing: Rule = {
  code: "provider-missing",
  title: "the cluster has no IAM OIDC provider, but roles or ServiceAccounts need it",
  severity: "high",
  why: `STS returns InvalidIdentityToken for every pod in the cluster: No OpenIDConnect provider found in your account.`,
  finds: `Clusters without an IAM OIDC provider for their issuer, if a role trusts the issuer or a ServiceAccount is annotated.`,
  remedies: `Create the IAM OIDC provider.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html"],
  *find({ access, annotated }) {
    for (const one of access.clusters) {
      const { cluster, provider } = one.audited;
      if (provider.state === "unknown" || provider.value !== undefined) continue;
      const arn = providerArn(cluster, cluster.issuer);
      const roles = access.roles.filter(({ trust }) => providersIn(trust).includes(arn));
      const serviceAccounts = annotated.filter(({ cluster }) => cluster === one);
      if (roles.length + serviceAccounts.length === 0) continue;
      yield {
        subject: aboutCluster(cluster),
        message: `${cluster.name} has no IAM OIDC provider`,
        evidence: [
          ["issuer", cluster.issuer],
          ["trusted by", counted(roles.length, "role")],
          ["needed by", counted(serviceAccounts.length, "annotated ServiceAccount")],
        ],
        remedy: {
          kind: "command",
          command: [
            "irsa",
            "associate-oidc",
            "--cluster",
            cluster.name,
            "--region",
            cluster.region,
            "--approve",
          ],
        },
      };
    }
  },
};
