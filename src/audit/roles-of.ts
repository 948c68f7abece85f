import { listed } from "../model/known.ts";
import { readTrust, type TrustStatement } from "../model/trust-policy/read.ts";
import { associationOutcome, type AssociationOutcome } from "./association-access.ts";
import { candidatesOf, type Candidate } from "./candidates.ts";
import { allRolesFor, type AuditedCluster, type Inventory } from "./inventory.ts";
import { judge } from "./judge.ts";
import { choosableAudiences, takesAudience } from "./audiences.ts";
import { trustsOf } from "./access-index.ts";
import type { AccessPath } from "./access-paths.ts";
import type { PermissionsOf } from "../model/role-permissions.ts";
import { asChosen, type TokenJudgement } from "./token-access.ts";
import { tokenRequestsOf, type TokenRequests } from "./trust-probe.ts";

/** What one ServiceAccount can assume, and how its associations end. */
export interface RolesOf {
  readonly paths: readonly AccessPath[];
  readonly outcomes: readonly AssociationOutcome[];
}

/** Every role that one ServiceAccount can assume: each role's trust policy is evaluated for it. */
export function rolesOf(
  candidate: Candidate,
  { roles, clusters }: Pick<Inventory, "roles" | "clusters">,
  permissionsOf: PermissionsOf,
): RolesOf {
  const read = listed(roles).map((role) => ({ role, trust: readTrust(role.trust) }));
  const trustOf = trustsOf(read);
  const found = clusters.map((audited): RolesOf => {
    const { cluster, associations } = audited;
    const candidates = candidatesOf(audited.serviceAccounts);
    const requests = tokenRequestsOf(cluster);
    const allRolesOf = allRolesFor(cluster, { roles });
    const outcomes = listed(associations)
      .filter(
        ({ serviceAccount: { namespace, name } }) =>
          namespace === candidate.ref.namespace && name === candidate.ref.name,
      )
      .map((one) => associationOutcome(one, { cluster, candidates, trustOf, allRolesOf, permissionsOf }));
    const paths = read.flatMap(({ role, trust }): AccessPath[] => {
      const common = { role, cluster: audited, candidate };
      const token = tokenPath(candidate, audited, trust, requests);
      return [
        ...(token === undefined ? [] : [{ ...common, via: "irsa" as const, ...token }]),
        ...outcomes.flatMap((one) =>
          one.state === "assumed" && one.access.role === role.arn
            ? [
                {
                  ...common,
                  via: "pod-identity" as const,
                  judgement: one.access.judgement,
                  association: one.access,
                },
              ]
            : [],
        ),
      ];
    });
    return { paths, outcomes };
  });
  return {
    paths: found.flatMap(({ paths }) => paths),
    outcomes: found.flatMap(({ outcomes }) => outcomes),
  };
}

/** By the audience of its annotation, else by another that the provider accepts. */
function tokenPath(
  { subject, audience }: Candidate,
  audited: AuditedCluster,
  trust: readonly TrustStatement[],
  requests: TokenRequests,
): TokenJudgement | undefined {
  const { cluster } = audited;
  const ask = (sub: string, aud: string) => judge(trust, requests(sub, aud));
  const asked = takesAudience(audited, audience) === "no" ? undefined : ask(subject, audience);
  if (asked !== undefined) return { audience, judgement: asked };
  const others = choosableAudiences(audited, { byAudience: new Map([[audience, []]]) }, trust);
  return asChosen({ ask, cluster }, audited, others)(subject, audience);
}
