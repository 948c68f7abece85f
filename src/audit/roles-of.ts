import { listed } from "../model/known.ts";
import { readTrust, type TrustStatement } from "../model/trust-policy/read.ts";
import { associationAccess, targetRoleAccess } from "./association-access.ts";
import { candidatesOf, type Candidate } from "./candidates.ts";
import type { AuditedCluster, Inventory } from "./inventory.ts";
import { judge } from "./judge.ts";
import { choosableAudiences, takesAudience } from "./audiences.ts";
import type { AccessPath } from "./access-index.ts";
import { asChosen, type TokenJudgement } from "./token-access.ts";
import { tokenRequestsOf, type TokenRequests } from "./trust-probe.ts";

/** Every role that one ServiceAccount can assume: each role's trust policy is evaluated for it. */
export function rolesOf(
  candidate: Candidate,
  { roles, clusters }: Pick<Inventory, "roles" | "clusters">,
): AccessPath[] {
  const read = listed(roles).map((role) => ({ role, trust: readTrust(role.trust) }));
  const trusts = new Map<string, (typeof read)[number]["trust"]>(
    read.map(({ role, trust }) => [role.arn, trust]),
  );
  return clusters.flatMap((audited) => {
    const { cluster, associations } = audited;
    const around = {
      cluster,
      candidates: candidatesOf(audited.serviceAccounts),
      trustOf: (arn: string) => trusts.get(arn),
    };
    const requests = tokenRequestsOf(cluster);
    const own = listed(associations).filter(
      ({ serviceAccount: { namespace, name } }) =>
        namespace === candidate.ref.namespace && name === candidate.ref.name,
    );
    return read.flatMap(({ role, trust }): AccessPath[] => {
      const common = { role, cluster: audited, candidate };
      const token = tokenPath(candidate, audited, trust, requests);
      const associated = own.flatMap((one) => [
        one.roleArn === role.arn ? associationAccess(one, around) : undefined,
        one.targetRoleArn === role.arn ? targetRoleAccess(one, around) : undefined,
      ]);
      return [
        ...(token === undefined ? [] : [{ ...common, via: "irsa" as const, ...token }]),
        ...associated.flatMap((one) =>
          one === undefined
            ? []
            : [
                {
                  ...common,
                  via: "pod-identity" as const,
                  judgement: one.judgement,
                  ...(one.through !== undefined && { through: one.through }),
                },
              ],
        ),
      ];
    });
  });
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
