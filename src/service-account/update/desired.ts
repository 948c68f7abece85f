import type { PolicyArn, RoleArn } from "../../model/arn.ts";
import type { Tags } from "../../model/iam-objects.ts";
import type { RoleName } from "../../model/role-name.ts";
import type { AskedSettings } from "../../model/role-settings.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { FromOperator } from "../../model/source.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import type { EngineTerms } from "../role/left-to-engine.ts";

/** What is done with a role's inline policies: irsa's own gets this document, or some are deleted. */
export type InlineAsk =
  | { readonly set: FromOperator<PolicyDocument> }
  | {
      readonly remove: {
        /** Those that irsa wrote or adopted. */
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

/** What is to change of a ServiceAccount's Pod Identity association; what is not named stays. */
export interface AssociationAsk {
  readonly targetRole?: { readonly set: FromOperator<RoleArn> } | { readonly remove: FromOperator<true> };
  readonly withoutSessionTags?: boolean;
  /** The session policy as it is to be sent. */
  readonly sessionPolicy?: { readonly set: FromOperator<string> } | { readonly remove: FromOperator<true> };
}

/** What is to change of a ServiceAccount, its role and its association; what is not named stays. */
export interface DesiredUpdate extends AskedSettings, EngineTerms {
  readonly serviceAccount: ServiceAccountRef;
  /** The role, asked for by name. */
  readonly roleName?: string;
  readonly policies: PolicyEdit;
  readonly inline?: InlineAsk;
  readonly association?: AssociationAsk;
  readonly setTags: Tags;
  readonly unsetTags: readonly string[];
  readonly setLabels: Readonly<Record<string, string>>;
  readonly unsetLabels: readonly string[];
  readonly allowAdministrator: boolean;
  /** Roles that may be changed although others than the ServiceAccount assume them (`--allow-shared-role`). */
  readonly sharedRoles?: readonly FromOperator<RoleName>[];
}
