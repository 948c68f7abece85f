import { mapKnown, valueOf, type Known } from "../model/known.ts";
import type { WhatCan, WhatCanRole } from "../model/access-answers.ts";
import type { ClusterRef, RoleArn } from "../model/arn.ts";
import type { RoleDetails } from "../model/iam-objects.ts";
import type { ServiceAccount } from "../model/kubernetes-objects.ts";
import { annotatedRole, audienceOf } from "../model/service-account-facts.ts";
import { subjectOf, type ServiceAccountRef } from "../model/service-account-ref.ts";
import type { Candidate } from "./candidates.ts";
import type { Gap } from "./inventory.ts";
import type { AccessPath } from "./access-index.ts";
import { notRead, wayOf } from "./who-can.ts";

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
    notJudged,
    details,
    gaps,
  }: {
    readonly cluster: ClusterRef;
    readonly accessPaths: readonly AccessPath[];
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
    roles: accessPaths.toSorted(byRole).map((one) => toRole(one, annotated, details.get(one.role.arn))),
    notJudged,
    notRead: notRead(gaps),
  };
}

function byRole(one: AccessPath, other: AccessPath): number {
  if (one.role.arn === other.role.arn) return 0;
  return one.role.arn < other.role.arn ? -1 : 1;
}

function toRole(path: AccessPath, annotated: string | null, details: RoleDetails | undefined): WhatCanRole {
  const { role } = path;
  return {
    role: role.arn,
    annotated: role.arn === annotated,
    ...wayOf(path),
    ...(details !== undefined && {
      policies: details.attached.toSorted(),
      inlinePolicies: Object.keys(details.inline).toSorted(),
      boundary: details.boundary ?? null,
    }),
  };
}
