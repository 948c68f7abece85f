import type { RoleArn } from "../../model/arn.ts";
import type { AssignableRole } from "../../model/authority.ts";
import type { Change } from "../../model/change.ts";
import type { Note } from "../../model/plan.ts";
import type { AnnotatedRole } from "../../model/service-account-facts.ts";
import type { Grant } from "../../model/trust-policy/grant.ts";
import type { WritableGrant } from "../role/write-trust.ts";
import type { WayName } from "../../model/way.ts";

/** A share of the plan. */
export interface Part {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
}

/** A share of the plan that has nothing to do. */
export const NOTHING: Part = { changes: [], notes: [] };

/**
 * One way by which a ServiceAccount gets its role: IRSA or Pod Identity. The choice of the role, its trust policy, policies
 * and tags, and the ServiceAccount are planned alike for all of them.
 */
export interface Way {
  readonly kind: WayName;
  /** The `aud` of the tokens that are exchanged. */
  readonly audience: string;
  /** What has to be there beside the role, such as the identity provider. */
  readonly groundwork: Part;
  readonly grants: Grants;
  /** The role that the ServiceAccount's pods get by this way now. */
  readonly current: AnnotatedRole;
  /** What gives the ServiceAccount's pods the role, outside the cluster. */
  readonly assign: (role: AssignedRole) => Part;
  /** The annotations by which the ServiceAccount's pods get the role. */
  readonly annotations: (role: RoleArn) => Readonly<Record<string, string>>;
}

/** The ServiceAccount's grant as it is, and the one that may be written. */
export interface Grants {
  readonly asIs: Grant;
  /** @throws Failure `audience-unasked` */
  readonly toWrite: () => WritableGrant;
}

/** The role that was chosen. */
export interface AssignedRole {
  readonly arn: RoleArn;
  /** The same, where it exists and is irsa's for the ServiceAccount. */
  readonly owned: RoleArn | undefined;
  /** Lets the ServiceAccount be given it. @throws Failure `role-unnamed` */
  readonly assignable: () => AssignableRole;
}
