import type { IamPort } from "../../aws/port.ts";
import { isAwsManaged, type PolicyArn } from "../../model/arn.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import { isStale } from "./exclusive-policies.ts";
import type { InlinePolicies } from "../../model/iam-objects.ts";
import type { HeldPolicies, ObservedRole } from "../create/observed.ts";

/** What all policies of a role say; AWS's own are known by name. */
export async function observeHeldPolicies(
  iam: IamPort,
  roleName: string,
  attached: readonly PolicyArn[],
): Promise<HeldPolicies> {
  const own = attached.filter((arn) => !isAwsManaged(arn));
  const [documents, inline] = await Promise.all([documentsOf(iam, own), readInlinePolicies(iam, roleName)]);
  return { documents, inline };
}

async function documentsOf(
  iam: IamPort,
  arns: readonly PolicyArn[],
): Promise<ReadonlyMap<PolicyArn, PolicyDocument>> {
  const read = await Promise.all(arns.map(async (arn) => [arn, await currentDocument(iam, arn)] as const));
  return new Map(
    read.flatMap(([arn, document]) => (document === undefined ? [] : [[arn, document] as const])),
  );
}

/** The document of a managed policy that is in force; `undefined` when there is no such policy. */
export async function currentDocument(
  iam: Pick<IamPort, "getPolicyVersionId" | "getPolicyDocument">,
  arn: PolicyArn,
): Promise<PolicyDocument | undefined> {
  const version = await iam.getPolicyVersionId(arn);
  return version === undefined ? undefined : iam.getPolicyDocument(arn, version);
}

/** The inline policies of a role, by name. */
export async function readInlinePolicies(
  iam: Pick<IamPort, "listInlinePolicies" | "getInlinePolicy">,
  roleName: string,
): Promise<InlinePolicies> {
  const names = (await iam.listInlinePolicies(roleName)) ?? [];
  const documents = await Promise.all(
    names.map(async (name) => [name, await iam.getInlinePolicy(roleName, name)] as const),
  );
  return Object.fromEntries(
    documents.flatMap(([name, found]) => (found === undefined ? [] : [[name, found]])),
  );
}

/**
 * What the attachments say that an exact ask would detach; AWS's own are read too, since some of them deny.
 * @throws Failure where one can't be read: whether it is to be detached is unknown then
 */
export function readStale(
  iam: IamPort,
  { role, attached }: ObservedRole,
  asked: readonly PolicyArn[],
): Promise<ReadonlyMap<PolicyArn, PolicyDocument>> {
  return documentsOf(
    iam,
    attached.filter((policy) => isStale(role, asked, policy)),
  );
}
