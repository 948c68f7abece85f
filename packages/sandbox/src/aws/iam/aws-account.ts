import type { Operations } from "../operation.ts";
import { pageOf } from "../paging.ts";
import type { AwsAccountState, RoleState } from "../state.ts";
import type { Result } from "../wire-format.ts";
import { profileResult } from "./instance-profiles.ts";
import { policyDetail } from "./managed-policies.ts";
import { QUOTAS } from "./quotas.ts";
import { attachedPolicy } from "./role-policies.ts";
import { boundaryOf, encodeDocument, roleSummary } from "./role-result.ts";
import { tagList } from "./tags.ts";

/** Operations on the account as a whole. Source: IAM API Reference, the operations named. */
export const AWS_ACCOUNT_OPERATIONS: Operations = {
  GetAccountSummary({ awsAccount }) {
    return { SummaryMap: summary(awsAccount) };
  },

  GetAccountAuthorizationDetails({ awsAccount, parameters }) {
    const { Filter } = parameters;
    const filter = new Set(Array.isArray(Filter) ? Filter.map(String) : ALL);
    const roles = filter.has("Role") ? Object.values(awsAccount.roles) : [];
    const { items, next } = pageOf([...roles, ...policiesFor(awsAccount, filter)], parameters);
    return {
      UserDetailList: [],
      GroupDetailList: [],
      RoleDetailList: items.filter(isRole).map((role) => roleDetail(awsAccount, role)),
      Policies: items.filter((item) => typeof item === "string").map((arn) => policyDetail(awsAccount, arn)),
      IsTruncated: next !== undefined,
      Marker: next,
    };
  },
};

const ALL = ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"];

function isRole(item: RoleState | string): item is RoleState {
  return typeof item !== "string";
}

/** The account's own policies, and those of AWS's that are attached. */
function policiesFor(awsAccount: AwsAccountState, filter: ReadonlySet<string>): readonly string[] {
  const own = Object.keys(awsAccount.policies);
  const attached = new Set(Object.values(awsAccount.roles).flatMap((role) => role.attached));
  const aws = [...attached].filter((arn) => !own.includes(arn));
  return [...(filter.has("LocalManagedPolicy") ? own : []), ...(filter.has("AWSManagedPolicy") ? aws : [])];
}

function roleDetail(awsAccount: AwsAccountState, role: RoleState): Result {
  const { Description: _left, MaxSessionDuration: _out, ...shown } = roleSummary(role);
  const profiles = Object.values(awsAccount.instanceProfiles).filter(({ roles }) =>
    roles.includes(role.name),
  );
  const inline = Object.entries(role.inline);
  return {
    ...shown,
    InstanceProfileList: profiles.map((profile) => profileResult(awsAccount, profile)),
    RolePolicyList: inline.map(([name, document]) => ({
      PolicyName: name,
      PolicyDocument: encodeDocument(document),
    })),
    AttachedManagedPolicies: role.attached.map(attachedPolicy),
    PermissionsBoundary: boundaryOf(role),
    Tags: tagList(role.tags),
    RoleLastUsed: {},
  };
}

function summary(awsAccount: AwsAccountState): ReadonlyMap<string, number> {
  return new Map([
    ["Roles", Object.keys(awsAccount.roles).length],
    ["RolesQuota", QUOTAS.RolesPerAccount],
    ["Policies", Object.keys(awsAccount.policies).length],
    ["PoliciesQuota", QUOTAS.PoliciesPerAccount],
    ["PolicySizeQuota", QUOTAS.PolicySize],
    ["InstanceProfiles", Object.keys(awsAccount.instanceProfiles).length],
    ["InstanceProfilesQuota", QUOTAS.InstanceProfilesPerAccount],
    ["Providers", Object.keys(awsAccount.providers).length],
    ["AttachedPoliciesPerRoleQuota", QUOTAS.PoliciesPerRole],
    ["AssumeRolePolicySizeQuota", QUOTAS.ACLSizePerRole],
    ["RolePolicySizeQuota", QUOTAS.InlinePolicySizePerRole],
  ]);
}
