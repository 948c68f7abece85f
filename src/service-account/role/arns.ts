import { partitionOf, splitArn, type PolicyArn, type RoleArn } from "../../model/arn.ts";
import type { ClusterRef } from "../../model/arn.ts";
import type { AskedAssociation } from "../../model/pod-identity-change.ts";
import type { Problems } from "../../model/problems.ts";
import type { ExistingRole, KeptRole } from "../create/desired.ts";

/** Where an ARN of the ask was given: by which flag, or at which place of a file. */
export type WhereIs = (what: NamedArn, arn: string) => string;

/** What an ARN of the ask is for; `target` is the target role of a Pod Identity association. */
type NamedArn = "policy" | "boundary" | "role" | "target";

/** The ARNs that an ask names for a role of irsa's. */
interface NamedArns {
  readonly kind: "managed";
  readonly policies: readonly PolicyArn[];
  readonly boundary?: PolicyArn;
}

/** Notes every ARN whose partition or account can't be meant, which shows once the cluster is known. */
export function checkArnsAgainst(
  cluster: ClusterRef,
  {
    role,
    podIdentity,
  }: {
    readonly role: NamedArns | ExistingRole | KeptRole;
    readonly podIdentity?: Pick<AskedAssociation, "targetRole"> | undefined;
  },
  where: WhereIs,
  problems: Problems,
): void {
  const note = (what: NamedArn, arn: PolicyArn | RoleArn): void => {
    const problem = misfit(cluster, what, arn);
    if (problem !== undefined) problems.note(where(what, arn), arn, problem);
  };
  if (podIdentity?.targetRole !== undefined) note("target", podIdentity.targetRole);
  if (role.kind === "kept") return;
  if (role.kind === "existing") return note("role", role.arn);
  for (const policy of role.policies) note("policy", policy);
  if (role.boundary !== undefined) note("boundary", role.boundary);
}

function misfit(
  { partition, awsAccount }: ClusterRef,
  what: string,
  arn: PolicyArn | RoleArn,
): string | undefined {
  const owner = splitArn(arn)?.awsAccount;
  if (partitionOf(arn) !== partition)
    return `is in partition '${partitionOf(arn)}', the cluster in '${partition}'`;
  if (what === "role" || what === "target" || owner === "aws" || owner === awsAccount) return undefined;
  return `is in AWS account ${owner}; a role in ${awsAccount} can't use it`;
}
