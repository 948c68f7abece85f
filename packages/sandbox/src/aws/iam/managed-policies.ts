import { maybeText, text, type Parameters } from "../exchange.ts";
import { uniqueId } from "../key-store.ts";
import type { OperationContext, Operations } from "../operation.ts";
import { pagedResult, pageOf } from "../paging.ts";
import { at, type AwsAccountState, type PolicyState } from "../state.ts";
import {
  alreadyExists,
  checked,
  deleteConflict,
  limitExceeded,
  noSuchEntity,
  PATH,
  POLICY_NAME,
} from "../validation.ts";
import type { Result } from "../wire-format.ts";
import { AWS_POLICIES_DATE, awsPolicyNamed, awsPolicyNames } from "./aws-policies.ts";
import { checkedPermissions } from "./permission-grammar.ts";
import { policySize, QUOTAS } from "./quotas.ts";
import { encodeDocument } from "./role-result.ts";
import { tagList, tagsIn, withTags } from "./tags.ts";

/** A managed policy, AWS's or the account's own, in its default version. */
interface ManagedPolicy extends Omit<PolicyState, "tags" | "description"> {
  readonly versionId: string;
  readonly description?: string | undefined;
  readonly tags?: PolicyState["tags"];
}

/** Managed policies; the account's own have one version. Source: IAM API Reference, the operations named. */
export const POLICY_OPERATIONS: Operations = {
  CreatePolicy: create,

  GetPolicy({ awsAccount, parameters }) {
    const policy = policyOf(awsAccount, parameters);
    const tags = policy.tags ?? {};
    return {
      Policy: {
        ...summary(awsAccount, policy),
        ...(Object.keys(tags).length > 0 && { Tags: tagList(tags) }),
      },
    };
  },

  GetPolicyVersion({ awsAccount, parameters }) {
    const policy = policyOf(awsAccount, parameters);
    const wanted = text(parameters, "VersionId");
    if (wanted !== policy.versionId) {
      throw noSuchEntity(`Policy ${policy.arn} version ${wanted} does not exist or is not attachable.`);
    }
    return { PolicyVersion: versionOf(policy) };
  },

  ListPolicyVersions({ awsAccount, parameters }) {
    const { Document: _left, ...version } = versionOf(policyOf(awsAccount, parameters));
    return { Versions: [version], IsTruncated: false };
  },

  ListPolicies({ awsAccount, parameters }) {
    const scope = maybeText(parameters, "Scope") ?? "All";
    const prefix = maybeText(parameters, "PathPrefix") ?? "/";
    const onlyAttached = maybeText(parameters, "OnlyAttached") === "true";
    const policies = allPolicies(awsAccount)
      .filter(({ arn }) => scope === "All" || isAwsOwned(arn) === (scope === "AWS"))
      .filter(({ path }) => path.startsWith(prefix))
      .filter(({ arn }) => !onlyAttached || attachmentsOf(awsAccount, arn).length > 0);
    return pagedResult("Policies", pageOf(policies, parameters), (policy) => summary(awsAccount, policy));
  },

  ListEntitiesForPolicy({ awsAccount, parameters }) {
    const roles = attachmentsOf(awsAccount, policyOf(awsAccount, parameters).arn);
    const PolicyRoles = roles.map(({ name, id }) => ({ RoleName: name, RoleId: id }));
    return { PolicyGroups: [], PolicyUsers: [], PolicyRoles, IsTruncated: false };
  },

  DeletePolicy({ awsAccount, parameters }) {
    const { arn } = policyOf(awsAccount, parameters);
    if (attachmentsOf(awsAccount, arn).length > 0) {
      throw deleteConflict("Cannot delete a policy attached to entities.");
    }
    delete awsAccount.policies[arn];
    return undefined;
  },
};

/** True if there is such a policy to attach. */
export function isPolicy(awsAccount: AwsAccountState, arn: string): boolean {
  return findPolicy(awsAccount, arn) !== undefined;
}

/** IAM may have a policy of AWS's that is newer than our list: the emulation must not be taken for IAM then. */
export function listNote(awsAccount: AwsAccountState, arn: string): string {
  return arn.startsWith(awsPrefix(awsAccount))
    ? ` (irsa sandbox: it is not in its list of AWS managed policies, which is of ${AWS_POLICIES_DATE})`
    : "";
}

/** The document of a managed policy; `undefined` when there is no such policy. */
export function managedDocument(awsAccount: AwsAccountState, arn: string): string | undefined {
  return findPolicy(awsAccount, arn)?.document;
}

/** A managed policy as GetAccountAuthorizationDetails shows it, with its version. */
export function policyDetail(awsAccount: AwsAccountState, arn: string): Result {
  const policy = findPolicy(awsAccount, arn);
  return policy === undefined
    ? {}
    : { ...summary(awsAccount, policy), PolicyVersionList: [versionOf(policy)] };
}

function create({ awsAccount, parameters, now }: OperationContext): Result {
  const name = checked(text(parameters, "PolicyName"), "policyName", POLICY_NAME);
  const path = checked(maybeText(parameters, "Path") ?? "/", "path", PATH);
  const document = checkedPermissions(text(parameters, "PolicyDocument"));
  const arn = `arn:${awsAccount.partition}:iam::${awsAccount.awsAccount}:policy${path}${name}`;
  const taken = Object.values(awsAccount.policies).some(
    (policy) => policy.name.toLowerCase() === name.toLowerCase(),
  );
  if (taken) throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
  const { PoliciesPerAccount, PolicySize } = QUOTAS;
  if (policySize(document) > PolicySize)
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${PolicySize}`);
  if (Object.keys(awsAccount.policies).length >= PoliciesPerAccount) {
    throw limitExceeded(`Cannot exceed quota for PoliciesPerAccount: ${PoliciesPerAccount}`);
  }
  const policy: PolicyState = {
    arn,
    id: uniqueId("ANPA"),
    name,
    path,
    created: now.toISOString(),
    description: maybeText(parameters, "Description"),
    document,
    tags: withTags({}, tagsIn(parameters)),
  };
  awsAccount.policies[arn] = policy;
  return { Policy: summary(awsAccount, ownPolicy(policy)) };
}

function policyOf(awsAccount: AwsAccountState, parameters: Parameters): ManagedPolicy {
  const arn = text(parameters, "PolicyArn");
  const policy = findPolicy(awsAccount, arn);
  if (policy === undefined) throw noSuchEntity(`Policy ${arn} was not found.${listNote(awsAccount, arn)}`);
  return policy;
}

function findPolicy(awsAccount: AwsAccountState, arn: string): ManagedPolicy | undefined {
  const own = at(awsAccount.policies, arn);
  if (own !== undefined) return ownPolicy(own);
  const prefix = awsPrefix(awsAccount);
  const key = arn.startsWith(prefix) ? arn.slice(prefix.length) : "";
  return awsPolicy(awsAccount, key);
}

function allPolicies(awsAccount: AwsAccountState): readonly ManagedPolicy[] {
  const aws = awsPolicyNames().flatMap((key) => awsPolicy(awsAccount, key) ?? []);
  return [...Object.values(awsAccount.policies).map(ownPolicy), ...aws];
}

function ownPolicy(policy: PolicyState): ManagedPolicy {
  return { ...policy, versionId: "v1" };
}

function awsPolicy(awsAccount: AwsAccountState, key: string): ManagedPolicy | undefined {
  const policy = awsPolicyNamed(key);
  if (policy === undefined) return undefined;
  const slash = key.lastIndexOf("/") + 1;
  return {
    arn: `${awsPrefix(awsAccount)}${key}`,
    id: `ANPA${Buffer.from(key).toString("hex").toUpperCase().slice(0, 16)}`,
    name: key.slice(slash),
    path: `/${key.slice(0, slash)}`,
    ...policy,
  };
}

function awsPrefix({ partition }: AwsAccountState): string {
  return `arn:${partition}:iam::aws:policy/`;
}

function isAwsOwned(arn: string): boolean {
  return arn.split(":")[4] === "aws";
}

function attachmentsOf(awsAccount: AwsAccountState, arn: string) {
  return Object.values(awsAccount.roles).filter(({ attached }) => attached.includes(arn));
}

function summary(awsAccount: AwsAccountState, policy: ManagedPolicy): Result {
  const { arn, id, name, path, versionId, created, description } = policy;
  return {
    PolicyName: name,
    PolicyId: id,
    Arn: arn,
    Path: path,
    DefaultVersionId: versionId,
    AttachmentCount: attachmentsOf(awsAccount, arn).length,
    PermissionsBoundaryUsageCount: Object.values(awsAccount.roles).filter(({ boundary }) => boundary === arn)
      .length,
    IsAttachable: true,
    Description: description,
    CreateDate: new Date(created),
    UpdateDate: new Date(created),
  };
}

function versionOf({ document, versionId, created }: ManagedPolicy) {
  const encoded = encodeDocument(document);
  return { Document: encoded, VersionId: versionId, IsDefaultVersion: true, CreateDate: new Date(created) };
}
