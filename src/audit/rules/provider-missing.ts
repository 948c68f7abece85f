import { counted } from "../../model/counted.ts";
import { providerArn } from "../../model/issuer.ts";
import { shellCommand } from "../../model/shell.ts";
import { providersIn } from "../../model/trust-policy/providers-in.ts";
import type { Rule } from "../rule.ts";
import { aboutCluster } from "../subjects.ts";

/** A cluster whose tokens STS does not know. */
export const providerMissing: Rule = {
  code: "provider-missing",
  title: "the cluster's issuer is no identity provider, though roles or ServiceAccounts need it",
  severity: "high",
  why: `STS answers InvalidIdentityToken to every pod of the cluster: No OpenIDConnect provider found in your account.`,
  finds: `Clusters whose issuer is no identity provider of the AWS account, while some role trusts it or some account is annotated.`,
  remedies: `Make the issuer an identity provider.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html"],
  *find({ access, annotated }) {
    for (const one of access.clusters) {
      const { cluster, provider } = one.audited;
      if (provider !== "missing") continue;
      const arn = providerArn(cluster, cluster.issuer);
      const roles = access.roles.filter(({ trust }) => providersIn(trust).includes(arn));
      const serviceAccounts = annotated.filter(({ cluster }) => cluster === one);
      if (roles.length + serviceAccounts.length === 0) continue;
      yield {
        subject: aboutCluster(cluster),
        message: `the issuer of ${cluster.name} is no identity provider in IAM`,
        evidence: [
          ["issuer", cluster.issuer],
          ["trusted by", counted(roles.length, "role")],
          ["needed by", counted(serviceAccounts.length, "annotated ServiceAccount")],
        ],
        remedy: {
          kind: "command",
          text: shellCommand([
            "irsa",
            "associate-oidc",
            "--cluster",
            cluster.name,
            "--region",
            cluster.region,
            "--approve",
          ]),
        },
      };
    }
  },
};
