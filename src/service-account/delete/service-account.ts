import type { Change } from "../../model/change.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION, type ServiceAccount } from "../../model/kubernetes-objects.ts";
import {
  ORIGIN_ANNOTATION,
  serviceAccountOrigin,
  MANAGED_BY_LABEL,
  labeledOrigin,
  type Origin,
} from "../../model/ownership-tags.ts";
import { serviceAccountDigest } from "../../model/observed-digest.ts";
import type { Note } from "../../model/plan.ts";
import { annotatedArn, annotatedRole, annotatedRoleName } from "../../model/service-account-facts.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { CurrentRole } from "../role/current-role.ts";
import type { ServiceAccountState } from "../service-account/state.ts";
import { serviceAccountEdit } from "../service-account/edit.ts";
import { managingToolOf } from "../service-account/managing-tool.ts";
import type { DesiredRemoval, Fate } from "./desired.ts";

/** The ServiceAccount's share of a removal. */
export interface ServiceAccountRemoval {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  readonly fate: Fate;
}

/**
 * What is done with the ServiceAccount. One that irsa created is deleted, or with `--keep-service-account` kept without
 * all that is irsa's; an adopted one loses the annotation; any other is kept unchanged.
 */
export function serviceAccountRemoval(
  desired: DesiredRemoval,
  state: ServiceAccountState,
  current: CurrentRole | undefined,
  roleFate: Fate,
): ServiceAccountRemoval {
  const { serviceAccount } = state;
  if (serviceAccount === undefined) return { changes: [], notes: [], fate: "absent" };
  const origin = provenOrigin(serviceAccount, current);
  if (origin === undefined) return leave(dangling(serviceAccount, current, roleFate));
  const owner = managingToolOf(serviceAccount);
  if (owner !== undefined) return leave([keptBy(serviceAccount, owner)]);
  const goes = origin === "created" && !desired.keepServiceAccount;
  const anothers = usesAnother(desired, state, serviceAccount, current);
  if (goes && anothers) return leave([keptForAnother(serviceAccount)]);
  const role = current?.role.arn;
  const target = { serviceAccount: serviceAccount.ref, role, observed: serviceAccountDigest(serviceAccount) };
  const { resourceVersion } = serviceAccount;
  if (goes)
    return {
      changes: [{ kind: "delete-service-account", ...target, resourceVersion }],
      notes: [],
      fate: "deleted",
    };
  const unsetAnnotations = ownAnnotations(serviceAccount, origin === "created", anothers);
  const unsetLabels = origin === "created" ? [MANAGED_BY_LABEL] : [];
  const edit = serviceAccountEdit(serviceAccount, role, { unsetLabels, unsetAnnotations });
  return { changes: [edit], notes: [], fate: "released" };
}

function leave(notes: readonly Note[]): ServiceAccountRemoval {
  return { changes: [], notes, fate: "kept" };
}

/** Our label alone is anybody's to set: it counts together with our annotation, or with a role of ours. */
function provenOrigin(serviceAccount: ServiceAccount, current: CurrentRole | undefined): Origin | undefined {
  const origin = serviceAccountOrigin(serviceAccount);
  return labeledOrigin(serviceAccount) !== undefined || current?.ownership.kind === "ours"
    ? origin
    : undefined;
}

/**
 * True if pods get another role by the ServiceAccount than the one that is removed: they rely on it. A role that is named
 * and does not exist is known by its name alone.
 */
function usesAnother(
  { roleName, foundRole }: DesiredRemoval,
  { cluster }: ServiceAccountState,
  serviceAccount: ServiceAccount,
  current: CurrentRole | undefined,
): boolean {
  const { kind, text: annotation } = annotatedRole(serviceAccount);
  if (kind === "none") return false;
  if (current !== undefined) return annotation !== current.role.arn;
  const named = roleName ?? foundRole;
  return named !== undefined && annotatedRoleName(serviceAccount, cluster) !== named;
}

/** An audience that stood on a ServiceAccount before we came can't be distinguished from ours: it stays, and means nothing by itself. */
function ownAnnotations({ annotations }: ServiceAccount, created: boolean, anothers: boolean): string[] {
  const ours = [
    ...(anothers ? [] : [ROLE_ANNOTATION, ...(created ? [AUDIENCE_ANNOTATION] : [])]),
    ORIGIN_ANNOTATION,
  ];
  return ours.filter((key) => key in annotations);
}

function dangling(serviceAccount: ServiceAccount, current: CurrentRole | undefined, roleFate: Fate): Note[] {
  if (current === undefined || roleFate !== "deleted" || annotatedArn(serviceAccount) !== current.role.arn)
    return [];
  const message = `${serviceAccountPath(serviceAccount.ref)} is not managed by irsa and keeps the annotation of the deleted role: remove it where the ServiceAccount is managed`;
  return [{ level: "warning", code: "annotation-stays", message }];
}

function keptForAnother(serviceAccount: ServiceAccount): Note {
  const role = annotatedRole(serviceAccount).text;
  const message = `${serviceAccountPath(serviceAccount.ref)} is kept: it is annotated with another role, ${role}`;
  return { level: "warning", code: "annotated-other", message };
}

function keptBy({ ref }: ServiceAccount, owner: { name: string; instead: string }): Note {
  const message = `${serviceAccountPath(ref)} is managed by ${owner.name}, which would overwrite it: remove the annotation ${owner.instead}`;
  return { level: "warning", code: "owned-elsewhere", message };
}
