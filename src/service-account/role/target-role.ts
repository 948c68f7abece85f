import type { IamPort } from "../../aws/port.ts";
import { parseRoleArn, roleRef, type ClusterRef } from "../../model/arn.ts";
import type { Role } from "../../model/iam-objects.ts";
import { look, type Known } from "../../model/known.ts";

/** A target role that others keep; not read (`undefined`) without one, and in another AWS account than the cluster's. */
export async function readTargetRole(
  arn: string | undefined,
  { awsAccount }: Pick<ClusterRef, "awsAccount">,
  iam: IamPort,
): Promise<Known<Role | undefined> | undefined> {
  const parsed = parseRoleArn(arn ?? "");
  if (!parsed.ok) return undefined;
  const target = roleRef(parsed.value);
  return target.awsAccount === awsAccount ? look(() => iam.getRole(target.name)) : undefined;
}
