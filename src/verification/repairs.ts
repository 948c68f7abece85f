import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import type { RoleName } from "../model/role-name.ts";
import { audienceToAccept } from "../model/service-account-facts.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import type { OwnedRole } from "../service-account/role/ownership.ts";
import { admitsServiceAccount } from "../service-account/role/trust.ts";
import { serviceAccountOf, isElsewhere } from "./facts.ts";
import { keptRole, secondFlags } from "./fixes.ts";
import { withIssuer, type Observed } from "./observed.ts";
import type { LinkName } from "./links.ts";
import type { WayName } from "../model/way.ts";
import { valueOf } from "../model/known.ts";
import type { Verified } from "./verify.ts";

/** Something broken that irsa can repair. */
export type Repair =
  /** The cluster's provider has to be created, or has to accept the audience: only the default, whatever an annotation says. */
  | { readonly kind: "provider"; readonly audience: typeof DEFAULT_AUDIENCE }
  /** The ServiceAccount and the role that irsa manages for it have to be repaired. */
  | {
      readonly kind: "service-account";
      readonly serviceAccount: ServiceAccountRef;
      readonly role: RoleName;
      readonly proof: OwnedRole;
      /** The way that its pods take: the annotation, or the association, is what is repaired. */
      readonly way: WayName;
    };

/** The links that the ServiceAccount, its kept role and what leads to it make up. */
const OF_SERVICE_ACCOUNT: Readonly<Record<WayName, ReadonlySet<LinkName>>> = {
  irsa: new Set(["service-account", "role", "trust-policy"]),
  "pod-identity": new Set(["association", "service-account", "role", "trust-policy"]),
};

/**
 * What irsa can repair: the provider, if a role trusts it, and ServiceAccounts with a role that irsa manages. A role that only an annotation, or an
 * association, names is its owner's, and so is the workload.
 */
export function repairsOf({ report, observed }: Verified): readonly Repair[] {
  const { way } = report;
  const broken = report.links.filter(({ status }) => status === "FAIL").map(({ link }) => link);
  const audience = audienceToAccept(serviceAccountOf(observed));
  const serviceAccount = valueOf(observed.serviceAccount)?.ref;
  const kept = keptRole(observed);
  const provider =
    broken.includes("provider") &&
    !isElsewhere(observed) &&
    secondFlags(observed).length === 0 &&
    audience === DEFAULT_AUDIENCE &&
    (kept !== undefined || isTrusted(observed));
  return [
    ...(provider ? [{ kind: "provider", audience } as const] : []),
    ...(kept !== undefined &&
    serviceAccount !== undefined &&
    broken.some((link) => OF_SERVICE_ACCOUNT[way].has(link))
      ? [
          {
            kind: "service-account",
            serviceAccount,
            role: kept.role.name as RoleName,
            proof: kept.proof,
            way,
          } as const,
        ]
      : []),
  ];
}

/** A role's trust policy allows the ServiceAccount: an annotation alone, which any tenant can write, is not enough to create a provider. */
function isTrusted(observed: Observed): boolean {
  const cluster = withIssuer(observed);
  const ref = valueOf(observed.serviceAccount)?.ref;
  const role = valueOf(observed.role)?.role;
  if (cluster === undefined || ref === undefined || role === undefined) return false;
  return admitsServiceAccount(role.trust, cluster, ref);
}
