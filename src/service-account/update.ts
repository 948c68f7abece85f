import type { IamPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import type { PolicyArn, RoleArn } from "../model/arn.ts";
import type { AskedBoundary } from "../model/boundary-edit.ts";
import type { Change } from "../model/change.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { Failure } from "../model/failure.ts";
import type { Tags } from "../model/iam-objects.ts";
import type { Note } from "../model/plan.ts";
import { accountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import type { RoleName } from "../model/role-name.ts";
import type { FromOperator } from "../model/source.ts";
import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import { foreignRole } from "./adopt-first.ts";
import { labelChanges } from "./account-update.ts";
import { checkPermissions } from "./guardrails.ts";
import { heldRole, type HeldRole } from "./held-role.ts";
import { observeHolding, type Holding } from "./holding.ts";
import { observePolicies } from "./observe.ts";
import { readInlinePolicies } from "./read-policies.ts";
import type { ObservedPolicy, ObservedRole } from "./observed.ts";
import { checkRights } from "./rights.ts";
import type { OwnedRole } from "./ownership.ts";
import { updateRole } from "./role-update.ts";
import { grantFor } from "./trust.ts";

/** What becomes of a role's inline policies: irsa's own says this, or some go. */
export type InlineAsk =
  | { readonly set: FromOperator<PolicyDocument> }
  | {
      readonly remove: {
        /** Those that irsa wrote or took over. */
        readonly own: boolean;
        /** Those of these names, whoever made them. */
        readonly names: readonly string[];
      };
    };

/** Which managed policies are to be attached: some more, some less, or exactly these. */
export type PolicyEdit =
  | {
      readonly kind: "some";
      readonly add: readonly FromOperator<PolicyArn>[];
      readonly remove: readonly PolicyArn[];
    }
  | { readonly kind: "exactly"; readonly policies: readonly FromOperator<PolicyArn>[] };

/** What is to change of an account and its role; what is not named stays. */
export interface DesiredUpdate {
  readonly account: ServiceAccountRef;
  /** The role, asked for by name. */
  readonly roleName?: string;
  readonly policies: PolicyEdit;
  readonly inline?: InlineAsk;
  readonly boundary?: AskedBoundary;
  readonly maxSessionSeconds?: number;
  readonly setTags: Tags;
  readonly unsetTags: readonly string[];
  readonly setLabels: Readonly<Record<string, string>>;
  readonly unsetLabels: readonly string[];
  readonly allowAdministrator: boolean;
  /** Roles that may be changed although others than the account assume them (`--allow-shared-role`). */
  readonly sharedRoles?: readonly FromOperator<RoleName>[];
}

/** What was found. */
export interface ObservedUpdate {
  readonly holding: Holding;
  /** The role with what hangs on it; `undefined` where there is none, or none is to change. */
  readonly held: (HeldRole & ObservedRole) | undefined;
  /** The policies that would be attached. */
  readonly policies: readonly ObservedPolicy[];
}

/** What is to be done. */
export interface UpdatePlan {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  readonly role: RoleArn | undefined;
}

/** The policies that an update attaches, if they are not attached yet. */
export function addedPolicies({ policies }: Pick<DesiredUpdate, "policies">): readonly PolicyArn[] {
  return policies.kind === "some" ? policies.add : policies.policies;
}

/** True if anything of the role is to change. */
export function changesRole(desired: DesiredUpdate): boolean {
  const { policies, inline, boundary, maxSessionSeconds, setTags, unsetTags } = desired;
  const attachments = policies.kind === "exactly" || policies.add.length + policies.remove.length > 0;
  const facets = [inline, boundary, maxSessionSeconds].some((facet) => facet !== undefined);
  return attachments || facets || Object.keys(setTags).length + unsetTags.length > 0;
}

function changesLabels({ setLabels, unsetLabels }: DesiredUpdate): boolean {
  return Object.keys(setLabels).length + unsetLabels.length > 0;
}

/**
 * Reads what an update needs.
 * @param rolePrefix begins the computed names of roles
 * @throws Failure when a read that decides is denied or fails, or `annotated-other`
 */
export async function observeUpdate(
  desired: DesiredUpdate,
  rolePrefix: string,
  cluster: ClusterWithIssuer,
  { iam, kubernetes }: { readonly iam: IamPort; readonly kubernetes: KubernetesPort },
): Promise<ObservedUpdate> {
  const { account: ref, roleName, boundary } = desired;
  const rights = changesLabels(desired) ? (["patch serviceaccounts"] as const) : [];
  const query = { ref, rolePrefix, rights, ...(roleName !== undefined && { roleName }) };
  const [holding, policies] = await Promise.all([
    observeHolding(query, cluster, iam, kubernetes),
    observePolicies(iam, {
      policies: addedPolicies(desired),
      ...(boundary !== undefined && "set" in boundary && { boundary: boundary.set }),
    }),
  ]);
  const held = changesRole(desired) ? heldRole(holding, roleName) : undefined;
  if (held === undefined) return { holding, held, policies };
  const { name } = held.role;
  const [attached = [], inline] = await Promise.all([
    iam.listAttachedPolicies(name),
    desired.inline === undefined ? {} : readInlinePolicies(iam, name),
  ]);
  return { holding, held: { ...held, attached, inline }, policies };
}

/**
 * Plans the update; pure.
 * @param reach the flags that lead to the cluster again, for the commands that are advised
 * @throws Failure `no-role`, `foreign-role`, `foreign-account`, `administrator-policy`, `no-policy`, `forbidden`, …
 */
export function planUpdate(
  desired: DesiredUpdate,
  { holding, held, policies }: ObservedUpdate,
  reach: readonly string[],
): UpdatePlan {
  const { inline, allowAdministrator } = desired;
  const permissions = {
    policies: addedPolicies(desired),
    allowAdministrator,
    ...(inline !== undefined && "set" in inline && { inline: inline.set }),
  };
  const guardNotes = checkPermissions(permissions, policies);
  const role = changesRole(desired)
    ? updateRole(
        desired,
        ours(holding, held, reach),
        grantFor(holding.cluster, holding.ref, DEFAULT_AUDIENCE),
      )
    : { changes: [], notes: [] };
  const account = changesLabels(desired) ? labelChanges(desired, holding) : [];
  const instead = "leave out --label and --remove-label";
  return {
    changes: [...role.changes, ...account],
    notes: [...guardNotes, ...role.notes, ...checkRights(account, holding.ref, holding.may, instead)],
    role: held?.role.arn,
  };
}

function ours(
  { ref, searched }: Holding,
  held: ObservedUpdate["held"],
  reach: readonly string[],
): ObservedRole & { readonly owned: OwnedRole } {
  if (held === undefined) {
    const advice = searched
      ? "Make one: irsa create-sa"
      : "Roles may not be listed (iam:ListRoles); if there is one of another name: --role-name NAME";
    throw new Failure("refused", "no-role", `there is no role of irsa's for ${accountPath(ref)}`, { advice });
  }
  if (held.ownership.kind === "ours") return { ...held, owned: held.ownership };
  throw foreignRole(held.role, ref, held.ownership.why, reach);
}
