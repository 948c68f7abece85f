import type { IamPort } from "../aws/port.ts";
import { splitArn } from "../model/arn.ts";

/** IAM of the AWS account that a run is about, and of a second one where the plan reaches there. */
export interface IamTargets {
  readonly iam: IamPort;
  /** Where roles and providers of another AWS account are changed, with other credentials. */
  readonly second?: { readonly awsAccount: string; readonly iam: IamPort } | undefined;
}

/** IAM of the AWS account that the ARN is in: IAM itself is told names, without the AWS account. */
export function iamOf(arn: string | undefined, { iam, second }: IamTargets): IamPort {
  const awsAccount = splitArn(arn ?? "")?.awsAccount;
  return second !== undefined && awsAccount === second.awsAccount ? second.iam : iam;
}
