import type { IamPort } from "../aws/port.ts";
import type { PolicyArn, RoleArn } from "../model/arn.ts";
import { isFailure } from "../model/failure.ts";
import type { RoleDetails, RoleListing } from "../model/iam-objects.ts";
import type { Known } from "../model/known.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import type { Attempt } from "./attempt.ts";

/** The roles of an AWS account; with what is attached to them, and the documents of that, if one list has it. */
export interface Roles {
  readonly roles: readonly RoleListing[];
  readonly details?: ReadonlyMap<RoleArn, RoleDetails>;
  readonly policies?: ReadonlyMap<PolicyArn, PolicyDocument>;
}

/** All in one list if that is permitted; else the list of roles, whose details are then read one by one. */
export async function observeRoles(iam: IamPort, attempt: Attempt): Promise<Known<Roles>> {
  return attempt("roles", async () => {
    try {
      const { roles, policies } = await iam.listRolesInFull({ policies: true });
      const known = roles.flatMap(({ arn, details }) =>
        details === undefined ? [] : [[arn, details] as const],
      );
      return { roles, details: new Map(known), policies };
    } catch (error) {
      if (!isFailure(error, "access-denied")) throw error;
      return { roles: await iam.listRoles() };
    }
  });
}
