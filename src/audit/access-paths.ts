import type { Judgement } from "../model/judgement.ts";
import { takesAudience } from "./audiences.ts";
import type { Candidate } from "./candidates.ts";
import type { ClusterAccess, RoleAccess } from "./access-index.ts";
import type { AssociationAccess } from "./association-access.ts";
import type { AuditedCluster } from "./inventory.ts";
import type { RoleListing } from "../model/iam-objects.ts";
import { serviceAccountsAlike, type Reached, type TokenAccess } from "./token-access.ts";
import type { WayName } from "../model/way.ts";

/** That a ServiceAccount can assume a role. */
export interface AccessPath {
  readonly role: RoleListing;
  readonly cluster: AuditedCluster;
  readonly candidate: Candidate;
  readonly via: WayName;
  /** Of the token: that of the ServiceAccount's annotation, unless only another one that the provider accepts is allowed. */
  readonly audience?: string;
  readonly judgement: Judgement;
  /** By which association, if it is Pod Identity's. */
  readonly association?: AssociationAccess;
}

/**
 * Every ServiceAccount that can assume the role, by cluster and name: by the audience of its annotation or, since whoever creates
 * a pod chooses its token's audience, by another that the provider accepts. Tokens of a cluster without an OIDC provider, or with
 * an audience that the provider does not accept, don't count; if the provider could not be read, they do.
 */
export function accessPathsOf({ role, byCluster }: RoleAccess): AccessPath[] {
  return byCluster.flatMap((reach) => {
    const common = { role, cluster: reach.cluster.audited };
    const byToken = admittedByToken(reach).map((one) => ({ ...common, via: "irsa" as const, ...one }));
    const byAssociation = reach.associations.map((association) => ({
      ...common,
      via: "pod-identity" as const,
      candidate: association.candidate,
      judgement: association.judgement,
      association,
    }));
    return [...byToken, ...byAssociation].toSorted(bySubject);
  });
}

/** The judgement that allows a token of the ServiceAccount; `undefined` if it is not allowed. */
export function tokenJudgement({ cluster, token }: ClusterAccess, subject: string): Judgement | undefined {
  const named = token.named.find(({ candidate }) => candidate.subject === subject);
  if (named !== undefined) return named.judgement;
  const candidate = cluster.candidates.find(subject);
  return candidate && token.alike.find((group) => isAlike(group, candidate))?.judgement;
}

/** The ServiceAccounts that the trust policy refers to, each once: with the audience that the provider accepts, if there is one. */
export function namedIn({ token, chosen }: Pick<ClusterAccess, "token" | "chosen">): readonly Reached[] {
  const bySubject = [...token.named, ...chosen.named].map((one) => [one.candidate.subject, one] as const);
  return [...new Map(bySubject).values()].toSorted((one, other) =>
    one.candidate.subject < other.candidate.subject ? -1 : 1,
  );
}

function admittedByToken({ cluster: { audited }, token, chosen }: ClusterAccess): Reached[] {
  const all = [token, chosen].flatMap(({ named, alike }) => [
    ...named,
    ...alike.flatMap((group) =>
      serviceAccountsAlike(group).map((candidate) => ({
        candidate,
        audience: group.audience,
        judgement: group.judgement,
      })),
    ),
  ]);
  return all.filter(({ audience }) => takesAudience(audited, audience) !== "no");
}

function isAlike({ candidates, except }: TokenAccess["alike"][number], candidate: Candidate): boolean {
  return candidates[0]?.audience === candidate.audience && !except.has(candidate);
}

function bySubject(one: AccessPath, other: AccessPath): number {
  if (one.candidate.subject === other.candidate.subject) return 0;
  return one.candidate.subject < other.candidate.subject ? -1 : 1;
}
