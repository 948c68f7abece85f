import type { PolicyArn, RoleArn } from "../../model/arn.ts";
import type { OwnedServiceAccount } from "../../model/authority.ts";
import type { Tags } from "../../model/iam-objects.ts";
import type { RoleName } from "../../model/role-name.ts";
import type { RoleSettings } from "../../model/role-settings.ts";
import type { AskedAssociation } from "../../model/pod-identity-change.ts";
import type { AskedServiceAccount, AskedAudience } from "../../model/asked.ts";
import type { FromOperator } from "../../model/source.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import type { OwnedRole } from "../role/ownership.ts";
import type { EngineTerms } from "../role/left-to-engine.ts";

/** What the user wants of one ServiceAccount: it exists and may assume a role. */
export interface DesiredServiceAccount extends EngineTerms {
  readonly serviceAccount: AskedServiceAccount | OwnedServiceAccount;
  /** Asked for by name; otherwise the default. What an annotation says reaches no change of IAM. */
  readonly audience?: AskedAudience;
  /** By an EKS Pod Identity association; by its token (IRSA) unless given. */
  readonly podIdentity?: AskedAssociation;
  readonly labels: Readonly<Record<string, string>>;
  /** Annotations beside those that the admission webhook reads the role and the audience from. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly role: DesiredRole;
  /**
   * A target role that irsa makes and keeps in another AWS account, and that has the permissions: `role` then may assume it
   * and nothing else.
   */
  readonly target?: ManagedRole | undefined;
  /** `role` is such a target role: its flags have other names. */
  readonly isTarget?: true;
  /** Take over a ServiceAccount that exists and is not ours (`--override-existing-serviceaccounts`). */
  readonly adopt: boolean;
  /** Take a missing provider, or a missing audience, into the plan. */
  readonly associate: boolean;
  /** Plan a statement for this ServiceAccount in a role that does not trust it (`--add-trust`). */
  readonly addTrust: boolean;
  /** Roles that may be changed although others than the ServiceAccount assume them (`--allow-shared-role`). */
  readonly sharedRoles?: readonly FromOperator<RoleName>[];
  /** Leave the cluster alone: its manifest comes from elsewhere. */
  readonly roleOnly: boolean;
  /** The flags that selected the cluster; repeated in the commands that are printed. */
  readonly clusterFlags: readonly string[];
  /** Asked for by a file, whose fields are told instead of flags. */
  readonly byFile?: boolean;
  readonly allowDefaultServiceAccount: boolean;
  readonly allowAdministrator: boolean;
}

/** A role that we make and keep, one that is there and that we only point to, or one of ours that is to be repaired. */
export type DesiredRole = ManagedRole | ExistingRole | KeptRole;

/** A role that irsa makes and keeps; what is absent is left as it is found. */
export interface ManagedRole extends RoleSettings {
  readonly kind: "managed";
  /** Asked for by name; otherwise computed. */
  readonly name?: FromOperator<RoleName>;
  readonly prefix: string;
  readonly path?: string;
  readonly policies: readonly FromOperator<PolicyArn>[];
  readonly inline?: FromOperator<PolicyDocument>;
  readonly tags: Tags;
  /** What irsa attached and is not asked for any more goes; what others attached stays. */
  readonly exclusivePolicies?: boolean;
  /** The set that the role belongs to (`--set`): a prune of it may delete the role. */
  readonly set?: string;
}

/** A role that is used as it is. */
export interface ExistingRole {
  readonly kind: "existing";
  readonly arn: FromOperator<RoleArn>;
}

/** A role that irsa keeps for the ServiceAccount, whose trust or annotation is to be restored; nothing else is asked of it. */
export interface KeptRole {
  readonly kind: "kept";
  readonly name: RoleName;
  readonly proof: OwnedRole;
}
