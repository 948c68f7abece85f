import type { RoleArn } from "../model/arn.ts";
import type { Change } from "../model/change.ts";
import { Failure, isFailure } from "../model/failure.ts";
import { valueOf } from "../model/known.ts";
import { ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import { podIdentityDigest } from "../model/observed-digest.ts";
import { roleOwnershipTags } from "../model/ownership-tags.ts";
import { annotatedArn } from "../model/service-account-facts.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { serviceAccountEdit } from "../service-account/service-account/edit.ts";
import { managingToolOf } from "../service-account/service-account/managing-tool.ts";
import { associationOrigin } from "../service-account/way/association-origin.ts";
import type { AgentPlaces } from "./agent.ts";
import { countWays, formerPods, type FormerPods } from "./pods.ts";
import { notReady, someNames } from "./readiness.ts";
import { movingRole, roleArnOf, trustBoth, trustNextOnly, type MovingRole, type RoleTerms } from "./role.ts";
import type { MigrationRow, Next, PlannedMigration, Reach, Subject } from "./row.ts";

/** What all ServiceAccounts are planned by. */
export interface RowTerms extends RoleTerms {
  readonly reach: Reach;
  readonly agent: AgentPlaces;
  /** Why IRSA does not work in the cluster, as without a provider. */
  readonly noIrsa: Failure | undefined;
}

/**
 * Plans what is safe now for one ServiceAccount; pure. The new way is put in place first, and nothing of the former is
 * removed while a pod or the ServiceAccount uses it. What can't be planned is a row that says why.
 */
export function planRow(subject: Subject, terms: RowTerms): MigrationRow {
  const serviceAccount = subject.ref;
  try {
    return { state: "planned", serviceAccount, pods: countWays(subject.pods), ...planned(subject, terms) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { state: "failed", serviceAccount, failure: error };
  }
}

type Part = Pick<PlannedMigration, "changes" | "next" | "waitsFor" | "role" | "relies">;
/** The part of one whose new way is in place. */
type Switch = Omit<Part, "relies">;

function planned(subject: Subject, terms: RowTerms): Part {
  const { goal } = terms.reach;
  const { association, serviceAccount } = subject;
  if (serviceAccount === undefined) throw missing(subject);
  const arn = roleArnOf(subject);
  if (arn === undefined)
    throw new Failure("refused", "no-role", `${serviceAccountPath(subject.ref)} has no role by either way`);
  const isAnnotated = annotatedArn(serviceAccount) !== undefined;
  if (goal === "pod-identity" && !isAnnotated && isOfOthers(subject, arn, terms)) return done(arn);
  if (goal === "irsa" && association === undefined && isOfOthers(subject, arn, terms)) return done(arn);
  const failure = notReady(subject, goal, terms.agent) ?? (goal === "irsa" ? terms.noIrsa : undefined);
  if (failure !== undefined) throw failure;
  const role = movingRole(subject, arn, goal, terms);
  const edit = trustBoth(role, terms);
  const former = formerPods(subject.pods, subject.ref, goal);
  const move: Move = { subject, role, arn, former, terms };
  const assign = goal === "irsa" ? annotate(move) : associate(move);
  if (edit !== undefined || assign.changes.length > 0 || assign.waitsFor !== undefined)
    return {
      role: arn,
      relies: false,
      changes: [...(edit === undefined ? [] : [edit]), ...assign.changes],
      next: assign.waitsFor === undefined ? nextOf(former, goal === "irsa") : "wait",
      ...(assign.waitsFor !== undefined && { waitsFor: assign.waitsFor }),
    };
  const part = switched(move);
  return { ...part, relies: part.changes.length > 0 };
}

/** What is planned for one ServiceAccount, as far as it has been judged. */
interface Move {
  readonly subject: Subject;
  readonly role: MovingRole;
  readonly arn: RoleArn;
  readonly former: FormerPods;
  readonly terms: RowTerms;
}

function done(role: RoleArn): Part {
  return { role, changes: [], next: "done", relies: false };
}

/** A role that irsa does not manage, of a ServiceAccount that has gone the way already, is none of our business. */
function isOfOthers(subject: Subject, arn: RoleArn, terms: RowTerms): boolean {
  try {
    movingRole(subject, arn, terms.reach.goal, terms);
    return subject.association?.ownerArn !== undefined;
  } catch (error) {
    if (isFailure(error, "foreign-role")) return true;
    throw error;
  }
}

function missing({ ref }: Subject): Failure {
  return new Failure("refused", "no-account", `ServiceAccount ${serviceAccountPath(ref)} does not exist`);
}

interface Assignment {
  readonly changes: readonly Change[];
  readonly waitsFor?: string;
}

function associate({ subject: { ref, association }, role: { owned }, terms: { cluster } }: Move): Assignment {
  if (association !== undefined) return { changes: [] };
  const tags = roleOwnershipTags(cluster, ref, "created", []);
  const to = { cluster: cluster.arn, serviceAccount: owned.serviceAccount, role: owned.arn };
  return { changes: [{ kind: "create-pod-identity", ...to, withoutSessionTags: false, tags }] };
}

function annotate({ subject, arn }: Move): Assignment {
  const { serviceAccount } = subject;
  if (serviceAccount === undefined || annotatedArn(serviceAccount) === arn) return { changes: [] };
  return patch(
    subject,
    "set",
    serviceAccountEdit(serviceAccount, arn, { setAnnotations: { [ROLE_ANNOTATION]: arn } }),
  );
}

/** The ServiceAccount may be someone else's to write, who would write the annotation again. */
function patch(subject: Subject, verb: "set" | "remove", edit: Change): Assignment {
  const { ref, serviceAccount, mayPatch } = subject;
  const tool = serviceAccount && managingToolOf(serviceAccount);
  if (tool !== undefined)
    return {
      changes: [],
      waitsFor: `${verb} the annotation ${ROLE_ANNOTATION} ${tool.instead} (${tool.name})`,
    };
  if (valueOf(mayPatch) === false)
    throw new Failure(
      "denied",
      "forbidden",
      `not permitted in the cluster: patch serviceaccounts for ${serviceAccountPath(ref)}`,
      { advice: `Ask a cluster administrator to allow it in namespace ${ref.namespace}` },
    );
  return { changes: [edit] };
}

/** The new way is in place: what is left is to let the pods take it, and to remove the former. */
function switched(move: Move): Switch {
  const { arn, former, terms } = move;
  const { goal, restart, finish } = terms.reach;
  const stays = stayingText(former);
  if (goal === "irsa" && move.subject.association !== undefined) return leaveAssociation(move, stays);
  if (former.restarts.length > 0)
    return restart
      ? {
          role: arn,
          changes: former.restarts,
          next: stays === undefined ? "finish" : "wait",
          ...waits(stays),
        }
      : { role: arn, changes: [], next: "restart" };
  if (stays !== undefined) return { role: arn, changes: [], next: "wait", waitsFor: stays };
  const rest = leftovers(move);
  if (rest.waitsFor === undefined && rest.changes.length === 0) return done(arn);
  if (!finish) return { role: arn, changes: [], next: "finish" };
  return { role: arn, ...rest, next: rest.waitsFor === undefined ? "done" : "wait" };
}

/**
 * New pods get the association's role as long as it exists, so that pods go back to IRSA only without it. Those that run keep
 * their credentials for a while, and are restarted right after.
 */
function leaveAssociation({ subject, role, arn, former, terms }: Move, stays: string | undefined): Switch {
  const { association, ref } = subject;
  const { restart } = terms.reach;
  if (association === undefined) throw new TypeError("no association to leave");
  if (associationOrigin(association, ref, terms.cluster, role.owned.arn) === undefined)
    throw notOurs(subject, association.arn);
  if (stays !== undefined) return { role: arn, changes: [], next: "wait", waitsFor: stays };
  if (former.restarts.length > 0 && !restart) return { role: arn, changes: [], next: "restart" };
  const deletion: Change = {
    kind: "delete-pod-identity",
    cluster: terms.cluster.arn,
    serviceAccount: ref,
    id: association.id,
    role: arn,
    observed: podIdentityDigest(association),
  };
  return { role: arn, changes: [deletion, ...former.restarts], next: "finish" };
}

/** Somebody else's: they would miss it, or create it again. */
function notOurs({ ref }: Subject, arn: string): Failure {
  return new Failure(
    "refused",
    "association-exists",
    `the Pod Identity association of ${serviceAccountPath(ref)} is not managed by irsa`,
    {
      facts: [["association", arn]],
      advice: "Delete it with the tool that created it, and restart its pods",
    },
  );
}

/** What of the former way is still there, once no pod uses it. The annotation goes before what it needs. */
function leftovers({ subject, role, arn, terms }: Move): Assignment {
  const { serviceAccount } = subject;
  const annotated = terms.reach.goal === "pod-identity" ? annotatedArn(serviceAccount) : undefined;
  const edit = trustNextOnly(role, terms);
  const statement = edit === undefined ? [] : [edit];
  if (annotated === undefined || serviceAccount === undefined) return { changes: statement };
  const unset = serviceAccountEdit(serviceAccount, arn, { unsetAnnotations: [ROLE_ANNOTATION] });
  const { changes, waitsFor } = patch(subject, "remove", unset);
  return waitsFor === undefined ? { changes: [...changes, ...statement] } : { changes: [], waitsFor };
}

function nextOf({ restarts, bare, own }: FormerPods, isBack: boolean): Next {
  if (restarts.length > 0) return "restart";
  if (bare.length + own.length > 0) return "wait";
  return isBack ? "restart" : "finish";
}

function waits(waitsFor: string | undefined): { readonly waitsFor?: string } {
  return waitsFor === undefined ? {} : { waitsFor };
}

/** The pods that no restart changes. */
function stayingText({ bare, own }: FormerPods): string | undefined {
  if (own.length > 0) return `pods choose their way in their own manifest: ${someNames(own)}`;
  return bare.length > 0
    ? `no workload restarts these pods; delete them or wait for their end: ${someNames(bare)}`
    : undefined;
}
