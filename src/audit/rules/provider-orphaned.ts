import { awsWords } from "../../model/aws-words.ts";
import { listed } from "../../model/known.ts";
import { counted } from "../../model/counted.ts";
import { issuerOf } from "../../model/trust-policy/request.ts";
import { eksRegionOf } from "../eks-issuer.ts";
import { providersIn } from "../../model/trust-policy/providers-in.ts";
import type { Rule } from "../rule.ts";
import { aboutProvider } from "../subjects.ts";

/** An OIDC provider that no cluster needs. */
export const providerOrphaned: Rule = {
  code: "provider-orphaned",
  title: "an OIDC provider belongs to a deleted cluster",
  severity: "low",
  why: `OIDC providers count toward a quota (100 per AWS account by default), and deleting a cluster does not delete its provider.`,
  finds: `OIDC providers of EKS issuers that no cluster in this AWS account and region has, if all clusters in the region could be read. A cluster in another AWS account may still use it: cross-account roles need a provider in this AWS account.`,
  remedies: `Delete it after you verify that no cluster in another AWS account has the issuer.`,
  sources: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"],
  *find({ inventory, access }) {
    for (const arn of listed(inventory.providers)) {
      const region = eksRegionOf(arn);
      const live = region === undefined ? undefined : inventory.issuers.get(region);
      if (live === undefined || [...live].some((issuer) => issuer === issuerOf(arn))) continue;
      const trusting = access.roles.filter(({ trust }) => providersIn(trust).includes(arn));
      yield {
        subject: aboutProvider(arn),
        message: `no cluster in ${region ?? ""} in this AWS account has issuer ${issuerOf(arn)}`,
        evidence: [
          ["trusted by", inventory.roles.state === "unknown" ? "unknown" : counted(trusting.length, "role")],
        ],
        remedy: {
          kind: "command",
          command: awsWords(["iam", "delete-open-id-connect-provider"], { OpenIDConnectProviderArn: arn }),
        },
      };
    }
  },
};
