import type { IamPort } from "../../aws/port.ts";
import { isAwsManaged, type PolicyArn } from "../../model/arn.ts";
import { look } from "../../model/known.ts";
import type { DesiredServiceAccount } from "./desired.ts";
import type { ObservedPolicy } from "./observed.ts";

/** The policies that a role is to have, and its boundary: what must exist before it can be made. */
export interface NamedPolicies {
  readonly policies: readonly PolicyArn[];
  readonly boundary?: PolicyArn;
}

/** The policies that an ask names; none where the role is there already. */
export function namedPolicies({ role }: Pick<DesiredServiceAccount, "role">): NamedPolicies {
  return role.kind === "managed" ? role : { policies: [] };
}

/** Whether the policies exist, and what a customer's policies say (AWS's own are known by name). Advisory. */
export function observePolicies(
  iam: IamPort,
  { policies, boundary }: NamedPolicies,
): Promise<readonly ObservedPolicy[]> {
  const observe = async (arn: PolicyArn, isBoundary: boolean): Promise<ObservedPolicy> => {
    return { arn, isBoundary, found: await look(() => findPolicy(iam, arn, isBoundary)) };
  };
  return Promise.all([
    ...policies.map((arn) => observe(arn, false)),
    ...(boundary === undefined ? [] : [observe(boundary, true)]),
  ]);
}

async function findPolicy(iam: IamPort, arn: PolicyArn, isBoundary: boolean) {
  const version = await iam.getPolicyVersionId(arn);
  if (version === undefined) return undefined;
  if (isBoundary || isAwsManaged(arn)) return {};
  return { document: await iam.getPolicyDocument(arn, version) };
}
