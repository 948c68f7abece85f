import type { RoleName } from "../model/role-name.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { accountOf, audienceOf, isElsewhere } from "./facts.ts";
import { keptRole } from "./fixes.ts";
import type { LinkName } from "./links.ts";
import { valueOf } from "./seen.ts";
import type { Verified } from "./verify.ts";

/** Something broken that is ours to mend. */
export type Mend =
  /** The cluster's provider has to be made, or to accept the audience. */
  | { readonly kind: "provider"; readonly audience: string }
  /** The account and the role that irsa keeps for it have to be brought in line. */
  | { readonly kind: "account"; readonly account: ServiceAccountRef; readonly role: RoleName };

/** The links that the account and its kept role make up. */
const OF_ACCOUNT: ReadonlySet<LinkName> = new Set(["service-account", "role", "trust-policy"]);

/**
 * What is ours to mend: the provider, and accounts whose role irsa keeps. A role that an annotation alone names is
 * its owner's, and so is everything of a workload.
 */
export function mendsOf({ report, observed }: Verified): readonly Mend[] {
  const broken = report.links.filter(({ status }) => status === "FAIL").map(({ link }) => link);
  const audience = audienceOf(accountOf(observed));
  const account = valueOf(observed.account)?.ref;
  const role = keptRole(observed);
  const provider = broken.includes("provider") && !isElsewhere(observed) && audience !== "";
  return [
    ...(provider ? [{ kind: "provider", audience } as const] : []),
    ...(role !== undefined && account !== undefined && broken.some((link) => OF_ACCOUNT.has(link))
      ? [{ kind: "account", account, role: role.name as RoleName } as const]
      : []),
  ];
}
