import { listed } from "../model/known.ts";
import { roleRef } from "../model/arn.ts";
import type { Change } from "../model/change.ts";
import { Failure } from "../model/failure.ts";
import type { Provider } from "../model/iam-objects.ts";
import { isOursFor } from "../model/ownership-tags.ts";
import { providerDigest } from "../model/observed-digest.ts";
import type { Note } from "../model/plan.ts";
import type { ObservedRemoval, TrustingRole } from "./observe-removal.ts";

/** How the provider is deleted. */
export interface DesiredRemoval {
  /** Even while roles trust it (`--force`). */
  readonly force: boolean;
  /** Even if irsa did not make it (`--foreign`). */
  readonly foreign: boolean;
}

/**
 * The change that deletes the cluster's provider; none where there is no provider.
 * @throws Failure `foreign-provider` or `provider-in-use`
 */
export function planProviderRemoval(
  desired: DesiredRemoval,
  { cluster, provider, trusting }: ObservedRemoval,
): { readonly changes: readonly Change[]; readonly notes: readonly Note[] } {
  if (provider === undefined) return { changes: [], notes: [] };
  if (!desired.foreign && !isOursFor(cluster, provider)) throw foreignProvider(provider);
  if (!desired.force && listed(trusting).length > 0) throw inUse(provider, listed(trusting));
  const change: Change = { kind: "delete-provider", arn: provider.arn, observed: providerDigest(provider) };
  return { changes: [change], notes: losing(trusting) };
}

function foreignProvider({ arn, tags }: Provider): Failure {
  const owner = tags["alpha.eksctl.io/cluster-name"] === undefined ? [] : [["created by", "eksctl"] as const];
  return new Failure("refused", "foreign-provider", "the identity provider was not created by irsa", {
    facts: [["provider", arn], ...owner],
    advice: "To delete it anyway, pass --foreign",
  });
}

function inUse({ arn }: Provider, trusting: readonly TrustingRole[]): Failure {
  const count = trusting.length === 1 ? "1 role trusts" : `${trusting.length} roles trust`;
  return new Failure("refused", "provider-in-use", `${count} the identity provider`, {
    facts: [
      ["provider", arn],
      ["trusted by", trusting.map(roleText)],
    ],
    advice: `${trusting.length === 1 ? "Its" : "Their"} pods would lose access to AWS. Delete the ServiceAccounts first (irsa delete-sa), or pass --force`,
  });
}

function roleText({ arn, readable }: TrustingRole): string {
  return readable ? arn : `${arn} (unknown: its trust policy can't be read)`;
}

function losing(trusting: ObservedRemoval["trusting"]): Note[] {
  if (trusting.state === "unknown") {
    const message = `the roles that trust the provider are unknown (${trusting.failure.message}): their pods lose access to AWS`;
    return [{ level: "warning", code: "trusting-unknown", message }];
  }
  return trusting.value.map(({ arn }) => ({
    level: "warning",
    code: "loses-provider",
    message: `pods of this cluster can no longer assume ${roleRef(arn).name}`,
  }));
}
