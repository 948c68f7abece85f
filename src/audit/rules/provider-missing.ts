import { counted } from "../../model/counted.ts";
import { providerArn } from "../../model/issuer.ts";
import { shellCommand } from "../../model/shell.ts";
import { providersIn } from "../../model/trust-policy/providers-in.ts";
import type { Rule } from "../rule.ts";
import { aboutCluster } from "../subjects.ts";

/** A cluster whose tokens STS does not know. */
export const providerMissing: Rule = {
  code: "provider-missing",
  title: "the cluster's issuer is no identity provider, though roles or accounts need it",
  severity: "high",
  why: `STS answers InvalidIdentityToken to every pod of the cluster: No OpenIDConnect provider found in your account.`,
  finds: `Clusters whose issuer is no identity provider of the AWS account, while some role trusts it or some account is annotated.`,
  mends: `Make the issuer an identity provider.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html"],
  *find({ reach, annotated }) {
    for (const one of reach.clusters) {
      const { cluster, provider } = one.audited;
      if (provider !== "missing") continue;
      const arn = providerArn(cluster, cluster.issuer);
      const roles = reach.roles.filter(({ trust }) => providersIn(trust).includes(arn));
      const accounts = annotated.filter(({ cluster }) => cluster === one);
      if (roles.length + accounts.length === 0) continue;
      yield {
        subject: aboutCluster(cluster),
        message: `the issuer of ${cluster.name} is no identity provider in IAM`,
        evidence: [
          ["issuer", cluster.issuer],
          ["trusted by", counted(roles.length, "role")],
          ["needed by", counted(accounts.length, "annotated account")],
        ],
        mend: {
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
