import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import type { RoleName } from "../model/role-name.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import type { OwnedRole } from "../service-account/role/ownership.ts";
import { admitsServiceAccount } from "../service-account/role/trust.ts";
import { serviceAccountOf, audienceOf, isElsewhere } from "./facts.ts";
import { keptRole } from "./fixes.ts";
import { withIssuer, type Observed } from "./observed.ts";
import type { LinkName } from "./links.ts";
import { valueOf } from "./seen.ts";
import type { Verified } from "./verify.ts";

/** Something broken that is ours to mend. */
export type Repair =
  /** The cluster's provider has to be made, or to accept the audience: the default alone, whatever an annotation says. */
  | { readonly kind: "provider"; readonly audience: typeof DEFAULT_AUDIENCE }
  /** The ServiceAccount and the role that irsa keeps for it have to be brought in line. */
  | {
      readonly kind: "service-account";
      readonly serviceAccount: ServiceAccountRef;
      readonly role: RoleName;
      readonly proof: OwnedRole;
    };

/** The links that the ServiceAccount and its kept role make up. */
const OF_SERVICE_ACCOUNT: ReadonlySet<LinkName> = new Set(["service-account", "role", "trust-policy"]);

/**
 * What is ours to mend: the provider, where a role trusts it, and ServiceAccounts whose role irsa keeps. A role that an annotation alone names is
 * its owner's, and so is everything of a workload.
 */
export function repairsOf({ report, observed }: Verified): readonly Repair[] {
  const broken = report.links.filter(({ status }) => status === "FAIL").map(({ link }) => link);
  const audience = audienceOf(serviceAccountOf(observed));
  const serviceAccount = valueOf(observed.serviceAccount)?.ref;
  const kept = keptRole(observed);
  const provider =
    broken.includes("provider") &&
    !isElsewhere(observed) &&
    audience === DEFAULT_AUDIENCE &&
    (kept !== undefined || isTrusted(observed));
  return [
    ...(provider ? [{ kind: "provider", audience } as const] : []),
    ...(kept !== undefined &&
    serviceAccount !== undefined &&
    broken.some((link) => OF_SERVICE_ACCOUNT.has(link))
      ? [
          {
            kind: "service-account",
            serviceAccount,
            role: kept.role.name as RoleName,
            proof: kept.proof,
          } as const,
        ]
      : []),
  ];
}

/** Some role's trust policy has the ServiceAccount in mind: an annotation alone, which any tenant can write, asks for no provider. */
function isTrusted(observed: Observed): boolean {
  const cluster = withIssuer(observed);
  const ref = valueOf(observed.serviceAccount)?.ref;
  const role = valueOf(observed.role)?.role;
  if (cluster === undefined || ref === undefined || role === undefined) return false;
  return admitsServiceAccount(role.trust, cluster, ref);
}
