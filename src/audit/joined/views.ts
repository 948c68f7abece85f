import { known, listed, type Known } from "../../model/known.ts";
import { asSeenFrom, type ClusterWithIssuer } from "../../model/cluster.ts";
import type { Provider } from "../../model/iam-objects.ts";
import { providerArn } from "../../model/issuer.ts";
import { roleRef } from "../../model/arn.ts";
import { annotatedRole } from "../../model/service-account-facts.ts";
import type { AuditedCluster } from "../inventory.ts";
import { NO_NODES } from "../nodes/cluster-nodes.ts";
import type { ObservedAccount } from "./observe-account.ts";

/**
 * A cluster as other AWS accounts see its tokens: those whose roles trust an identity provider of its issuer, and those whose
 * roles its ServiceAccounts are annotated with.
 */
export function viewsOf(audited: AuditedCluster, accounts: readonly ObservedAccount[]): AuditedCluster[] {
  const { cluster, serviceAccounts } = audited;
  const annotated = new Set(
    listed(serviceAccounts).flatMap((one) => {
      const role = annotatedRole(one);
      return role.kind === "arn" ? [roleRef(role.text).awsAccount] : [];
    }),
  );
  return accounts.flatMap((account) => {
    if (account.awsAccount === cluster.awsAccount) return [];
    const seen = asSeenFrom(cluster, account.awsAccount);
    const isTrusted = account.otherProviders.has(providerArn(seen, seen.issuer));
    if (!isTrusted && !annotated.has(account.awsAccount)) return [];
    // Its nodes and their roles are of its own AWS account.
    return [{ ...audited, cluster: seen, provider: providerFor(seen, account), nodes: NO_NODES }];
  });
}

function providerFor(
  cluster: ClusterWithIssuer,
  { otherProviders, observed: { inventory } }: ObservedAccount,
): Known<Provider | undefined> {
  const arn = providerArn(cluster, cluster.issuer);
  const read = otherProviders.get(arn);
  if (read !== undefined) return read;
  if (inventory.providers.state === "unknown") return inventory.providers;
  // One that is there and that no role trusts makes no difference.
  return known(undefined);
}
