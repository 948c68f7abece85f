import { roleRef, type ProviderArn } from "../../model/arn.ts";
import { issuerOf } from "../../model/trust-policy/request.ts";
import { eksRegionOf } from "../eks-issuer.ts";
import type { Inventory } from "../inventory.ts";
import { providersIn } from "../../model/trust-policy/providers-in.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";

/** A role that trusts an EKS issuer that is of no use, usually because its cluster was deleted. */
export const deletedIssuer: Rule = {
  code: "deleted-issuer",
  title: "a role trusts an EKS issuer that no cluster or OIDC provider has",
  severity: "medium",
  why: `The statement does not allow anyone, often because the cluster was rebuilt: a new cluster has a new issuer, even with the same name. Pods that need the role get AccessDenied.`,
  finds: `Allow statements whose Federated principal is an EKS issuer that is not an OIDC provider in the AWS account, or that no cluster in its region has (only if all clusters in the region could be read).`,
  remedies: `Update the statement to the new cluster's issuer, or remove it. \`irsa migrate-trust --from https://ISSUER --to CLUSTER --replace\` updates it in every role.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html"],
  *find({ inventory, access }) {
    const audited = new Set(
      access.clusters.map(({ audited: { cluster } }) => cluster.issuer.slice("https://".length)),
    );
    for (const { role, trust } of access.roles) {
      for (const arn of providersIn(trust)) {
        if (audited.has(issuerOf(arn))) continue;
        const reason = whyDead(arn, inventory);
        if (reason === undefined) continue;
        const issuer = `https://${issuerOf(arn)}`;
        yield {
          subject: aboutRole(role.arn),
          message: `${roleRef(role.arn).name} trusts the issuer ${issuerOf(arn)}, ${reason}`,
          evidence: [["provider", arn]],
          remedy: {
            kind: "advice",
            text: "Remove the statement, or trust the new cluster instead:",
            command: ["irsa", "migrate-trust", "--from", issuer, "--to", "CLUSTER", "--replace"],
          },
          about: arn,
        };
      }
    }
  },
};

function whyDead(arn: ProviderArn, { providers, issuers }: Inventory): string | undefined {
  const region = eksRegionOf(arn);
  if (region === undefined) return undefined;
  if (providers.state === "known" && !providers.value.includes(arn))
    return "which is not an OIDC provider in this AWS account";
  const live = issuers.get(region);
  if (live === undefined || [...live].some((issuer) => issuer === issuerOf(arn))) return undefined;
  return `which no cluster in ${region} has`;
}
