import { maybeText, text, type Parameters } from "../exchange.ts";
import { uniqueId } from "../key-store.ts";
import type { OperationContext, Operations } from "../operation.ts";
import { pagedResult, pageOf } from "../paging.ts";
import { at, type AwsAccountState, type RoleState } from "../state.ts";
import {
  alreadyExists,
  checked,
  checkedNumber,
  deleteConflict,
  ENTITY_NAME,
  limitExceeded,
  PATH,
} from "../validation.ts";
import type { Result } from "../wire-format.ts";
import { roleOf } from "./find.ts";
import { isPolicy, listNote } from "./managed-policies.ts";
import { QUOTAS } from "./quotas.ts";
import { roleDetail, roleSummary } from "./role-result.ts";
import { tagKeysIn, tagList, tagsIn, withoutTags, withTags } from "./tags.ts";
import { checkedTrust } from "./trust-grammar.ts";
import { noSuchEntity } from "../validation.ts";

const SESSION = { least: 3600, most: 43_200, otherwise: 3600 };
const DESCRIPTION = { longest: 1000, shortest: 0 };

/** Roles themselves, without their policies. Source: IAM API Reference, the operations named. */
export const ROLE_OPERATIONS: Operations = {
  CreateRole: create,

  GetRole({ awsAccount, parameters }) {
    return { Role: roleDetail(roleOf(awsAccount, parameters)) };
  },

  ListRoles({ awsAccount, parameters }) {
    const prefix = maybeText(parameters, "PathPrefix") ?? "/";
    const roles = Object.values(awsAccount.roles).filter(({ path }) => path.startsWith(prefix));
    const sorted = roles.toSorted((a, b) => a.name.localeCompare(b.name, "en"));
    return pagedResult("Roles", pageOf(sorted, parameters), roleSummary);
  },

  UpdateAssumeRolePolicy({ awsAccount, parameters }) {
    roleOf(awsAccount, parameters).trust = checkedTrust(text(parameters, "PolicyDocument"), awsAccount);
    return undefined;
  },

  UpdateRole({ awsAccount, parameters }) {
    const role = roleOf(awsAccount, parameters);
    const seconds = maybeText(parameters, "MaxSessionDuration");
    role.maxSessionDuration = checkedNumber(seconds, "maxSessionDuration", SESSION);
    role.description = description(parameters) ?? role.description;
    return {};
  },

  PutRolePermissionsBoundary({ awsAccount, parameters }) {
    const role = roleOf(awsAccount, parameters);
    role.boundary = boundary(awsAccount, text(parameters, "PermissionsBoundary"));
    return undefined;
  },

  DeleteRolePermissionsBoundary({ awsAccount, parameters }) {
    roleOf(awsAccount, parameters).boundary = undefined;
    return undefined;
  },

  TagRole({ awsAccount, parameters }) {
    const role = roleOf(awsAccount, parameters);
    role.tags = withTags(role.tags, tagsIn(parameters));
    return undefined;
  },

  UntagRole({ awsAccount, parameters }) {
    const role = roleOf(awsAccount, parameters);
    role.tags = withoutTags(role.tags, tagKeysIn(parameters));
    return undefined;
  },

  ListRoleTags({ awsAccount, parameters }) {
    const page = pageOf(tagList(roleOf(awsAccount, parameters).tags), parameters);
    return pagedResult("Tags", page, (tag) => tag);
  },

  DeleteRole({ awsAccount, parameters }) {
    const role = roleOf(awsAccount, parameters);
    refuseWhileInUse(awsAccount, role);
    delete awsAccount.roles[role.name.toLowerCase()];
    return undefined;
  },
};

function create({ awsAccount, parameters, now }: OperationContext): Result {
  const name = checked(text(parameters, "RoleName"), "roleName", ENTITY_NAME);
  const path = checked(maybeText(parameters, "Path") ?? "/", "path", PATH);
  const trust = checkedTrust(text(parameters, "AssumeRolePolicyDocument"), awsAccount);
  if (at(awsAccount.roles, name.toLowerCase()) !== undefined) {
    throw alreadyExists(`Role with name ${name} already exists.`);
  }
  if (Object.keys(awsAccount.roles).length >= QUOTAS.RolesPerAccount) {
    throw limitExceeded(`Cannot exceed quota for RolesPerAccount: ${QUOTAS.RolesPerAccount}`);
  }
  const limit = maybeText(parameters, "PermissionsBoundary");
  const role: RoleState = {
    arn: `arn:${awsAccount.partition}:iam::${awsAccount.awsAccount}:role${path}${name}`,
    id: uniqueId("AROA"),
    name,
    path,
    created: now.toISOString(),
    description: description(parameters),
    trust,
    maxSessionDuration: checkedNumber(
      maybeText(parameters, "MaxSessionDuration"),
      "maxSessionDuration",
      SESSION,
    ),
    boundary: limit === undefined ? undefined : boundary(awsAccount, limit),
    tags: withTags({}, tagsIn(parameters)),
    attached: [],
    inline: {},
  };
  awsAccount.roles[name.toLowerCase()] = role;
  return { Role: roleDetail(role) };
}

function description(parameters: Parameters): string | undefined {
  const given = maybeText(parameters, "Description");
  return given === undefined ? undefined : checked(given, "description", DESCRIPTION);
}

function boundary(awsAccount: AwsAccountState, arn: string): string {
  if (isPolicy(awsAccount, arn)) return arn;
  throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.${listNote(awsAccount, arn)}`);
}

function refuseWhileInUse(awsAccount: AwsAccountState, role: RoleState): void {
  const profiles = Object.values(awsAccount.instanceProfiles);
  if (profiles.some(({ roles }) => roles.includes(role.name))) {
    throw deleteConflict("Cannot delete entity, must remove roles from instance profile first.");
  }
  if (role.attached.length > 0) throw deleteConflict("Cannot delete entity, must detach all policies first.");
  if (Object.keys(role.inline).length > 0)
    throw deleteConflict("Cannot delete entity, must delete policies first.");
}
