import { trustPolicy, webIdentityStatement } from "../../../../src/model/trust-policy/grant.ts";
import type { PodIdentityShop } from "./shop.ts";

/** The ServiceAccount gets its role by IRSA, and its association goes. The cluster's provider must be there. */
export async function useIrsa({
  world,
  namespace,
  roles,
  annotate,
  dissociate,
}: PodIdentityShop): Promise<void> {
  const issuerHostPath = world.cluster.issuer.slice("https://".length);
  const statement = webIdentityStatement({
    providerArn: `arn:aws:iam::${world.aws.awsAccount}:oidc-provider/${issuerHostPath}`,
    issuerHostPath,
    subject: `system:serviceaccount:${namespace}:cart`,
    audience: "sts.amazonaws.com",
  });
  await roles.trust("first", trustPolicy([statement]));
  await annotate({ "eks.amazonaws.com/role-arn": roles.first });
  await dissociate();
}
