import { mapKnown, valueOf, type Known } from "../model/known.ts";
import type { AccessPath as Way, WhatCan, WhatCanRole } from "../model/access-answers.ts";
import type { ClusterRef, RoleArn } from "../model/arn.ts";
import type { RoleDetails } from "../model/iam-objects.ts";
import type { ServiceAccount } from "../model/kubernetes-objects.ts";
import { annotatedRole, audienceOf } from "../model/service-account-facts.ts";
import { subjectOf, type ServiceAccountRef } from "../model/service-account-ref.ts";
import type { Candidate } from "./candidates.ts";
import type { Gap } from "./inventory.ts";
import type { AccessPath } from "./access-paths.ts";
import type { NodeAccess } from "./nodes/node-access.ts";
import { nodeWayOf, notRead, wayOf } from "./who-can.ts";

/** A ServiceAccount that was looked up. */
export type LookedUp = Known<ServiceAccount | undefined>;

/** The ServiceAccount as a caller of STS; a missing one is evaluated as if it had no annotations. */
export function candidateOf(ref: ServiceAccountRef, serviceAccount: LookedUp): Candidate {
  const exists = mapKnown(serviceAccount, (found) => found !== undefined);
  return { ref, subject: subjectOf(ref), audience: audienceOf(valueOf(serviceAccount)), exists };
}

/** The roles that the ServiceAccount can assume, with their policies. */
export function whatCan(
  candidate: Candidate,
  serviceAccount: LookedUp,
  {
    cluster,
    accessPaths,
    fromNodes,
    chains,
    notJudged,
    details,
    gaps,
  }: {
    readonly cluster: ClusterRef;
    readonly accessPaths: readonly AccessPath[];
    /** What its pods get from the nodes that they run on. */
    readonly fromNodes: readonly NodeAccess[];
    readonly chains: WhatCan["chains"];
    readonly notJudged: WhatCan["notJudged"];
    readonly details: ReadonlyMap<RoleArn, RoleDetails>;
    readonly gaps: readonly Gap[];
  },
): WhatCan {
  const annotated = annotatedRole(valueOf(serviceAccount)).text || null;
  return {
    cluster,
    serviceAccount: candidate.ref,
    exists: valueOf(candidate.exists) ?? null,
    annotatedRole: annotated,
    audience: candidate.audience,
    chains,
    roles: [
      ...accessPaths
        .map((one) => ({ arn: one.role.arn, way: wayOf(one) }))
        .toSorted(byRole)
        .map(({ arn, way }) => toRole(arn, way, annotated, details.get(arn))),
      ...fromNodes.map((one) => toRole(one.role, nodeWayOf(one), null, details.get(one.role))),
    ],
    notJudged,
    notRead: notRead(gaps),
  };
}

function byRole(one: { readonly arn: RoleArn }, other: { readonly arn: RoleArn }): number {
  if (one.arn === other.arn) return 0;
  return one.arn < other.arn ? -1 : 1;
}

function toRole(
  role: RoleArn,
  way: Way,
  annotated: string | null,
  details: RoleDetails | undefined,
): WhatCanRole {
  return {
    role,
    annotated: role === annotated,
    ...way,
    ...(details !== undefined && {
      policies: details.attached.toSorted(),
      inlinePolicies: Object.keys(details.inline).toSorted(),
      boundary: details.boundary ?? null,
    }),
  };
}
