import { counted } from "../../model/counted.ts";
import { shellCommand } from "../../model/shell.ts";
import { issuerOf } from "../../model/trust-policy/request.ts";
import { eksRegionOf } from "../eks-issuer.ts";
import { providersIn } from "../../model/trust-policy/providers-in.ts";
import type { Rule } from "../rule.ts";
import { aboutProvider } from "../subjects.ts";

/** An identity provider that no cluster needs. */
export const providerOrphaned: Rule = {
  code: "provider-orphaned",
  title: "an identity provider is of a cluster that is gone",
  severity: "low",
  why: `Providers count against a quota (100 an AWS account, unless raised), and deleting a cluster leaves its own behind.`,
  finds: `Identity providers of EKS issuers that no cluster of this AWS account has in their region, where all clusters of the region could be read. A cluster of another AWS account may still use it: roles for other accounts' clusters need a provider here.`,
  remedies: `Delete it, once you are sure that no cluster of another ServiceAccount has the issuer.`,
  sources: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"],
  *find({ inventory, access }) {
    for (const arn of inventory.providers ?? []) {
      const region = eksRegionOf(arn);
      const live = region === undefined ? undefined : inventory.issuers.get(region);
      if (live === undefined || [...live].some((issuer) => issuer === issuerOf(arn))) continue;
      const trusting = access.roles.filter(({ trust }) => providersIn(trust).includes(arn));
      yield {
        subject: aboutProvider(arn),
        message: `no cluster of this ServiceAccount in ${region ?? ""} has the issuer ${issuerOf(arn)}`,
        evidence: [
          ["trusted by", inventory.roles === undefined ? "unknown" : counted(trusting.length, "role")],
        ],
        remedy: {
          kind: "command",
          text: shellCommand([
            "aws",
            "iam",
            "delete-open-id-connect-provider",
            "--open-id-connect-provider-arn",
            arn,
          ]),
        },
      };
    }
  },
};
