import { maybeText, text, type Parameters } from "../exchange.ts";
import { uniqueId } from "../key-store.ts";
import type { OperationContext, Operations } from "../operation.ts";
import { pagedResult, pageOf } from "../paging.ts";
import { at, type AccountState, type RoleState } from "../state.ts";
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

  GetRole({ account, parameters }) {
    return { Role: roleDetail(roleOf(account, parameters)) };
  },

  ListRoles({ account, parameters }) {
    const prefix = maybeText(parameters, "PathPrefix") ?? "/";
    const roles = Object.values(account.roles).filter(({ path }) => path.startsWith(prefix));
    const sorted = roles.toSorted((a, b) => a.name.localeCompare(b.name, "en"));
    return pagedResult("Roles", pageOf(sorted, parameters), roleSummary);
  },

  UpdateAssumeRolePolicy({ account, parameters }) {
    roleOf(account, parameters).trust = checkedTrust(text(parameters, "PolicyDocument"), account);
    return undefined;
  },

  UpdateRole({ account, parameters }) {
    const role = roleOf(account, parameters);
    const seconds = maybeText(parameters, "MaxSessionDuration");
    role.maxSessionDuration = checkedNumber(seconds, "maxSessionDuration", SESSION);
    role.description = description(parameters) ?? role.description;
    return {};
  },

  PutRolePermissionsBoundary({ account, parameters }) {
    const role = roleOf(account, parameters);
    role.boundary = boundary(account, text(parameters, "PermissionsBoundary"));
    return undefined;
  },

  DeleteRolePermissionsBoundary({ account, parameters }) {
    roleOf(account, parameters).boundary = undefined;
    return undefined;
  },

  TagRole({ account, parameters }) {
    const role = roleOf(account, parameters);
    role.tags = withTags(role.tags, tagsIn(parameters));
    return undefined;
  },

  UntagRole({ account, parameters }) {
    const role = roleOf(account, parameters);
    role.tags = withoutTags(role.tags, tagKeysIn(parameters));
    return undefined;
  },

  ListRoleTags({ account, parameters }) {
    const page = pageOf(tagList(roleOf(account, parameters).tags), parameters);
    return pagedResult("Tags", page, (tag) => tag);
  },

  DeleteRole({ account, parameters }) {
    const role = roleOf(account, parameters);
    refuseWhileInUse(account, role);
    delete account.roles[role.name.toLowerCase()];
    return undefined;
  },
};

function create({ account, parameters, now }: OperationContext): Result {
  const name = checked(text(parameters, "RoleName"), "roleName", ENTITY_NAME);
  const path = checked(maybeText(parameters, "Path") ?? "/", "path", PATH);
  const trust = checkedTrust(text(parameters, "AssumeRolePolicyDocument"), account);
  if (at(account.roles, name.toLowerCase()) !== undefined) {
    throw alreadyExists(`Role with name ${name} already exists.`);
  }
  if (Object.keys(account.roles).length >= QUOTAS.RolesPerAccount) {
    throw limitExceeded(`Cannot exceed quota for RolesPerAccount: ${QUOTAS.RolesPerAccount}`);
  }
  const limit = maybeText(parameters, "PermissionsBoundary");
  const role: RoleState = {
    arn: `arn:${account.partition}:iam::${account.account}:role${path}${name}`,
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
    boundary: limit === undefined ? undefined : boundary(account, limit),
    tags: withTags({}, tagsIn(parameters)),
    attached: [],
    inline: {},
  };
  account.roles[name.toLowerCase()] = role;
  return { Role: roleDetail(role) };
}

function description(parameters: Parameters): string | undefined {
  const given = maybeText(parameters, "Description");
  return given === undefined ? undefined : checked(given, "description", DESCRIPTION);
}

function boundary(account: AccountState, arn: string): string {
  if (isPolicy(account, arn)) return arn;
  throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.${listNote(account, arn)}`);
}

function refuseWhileInUse(account: AccountState, role: RoleState): void {
  const profiles = Object.values(account.instanceProfiles);
  if (profiles.some(({ roles }) => roles.includes(role.name))) {
    throw deleteConflict("Cannot delete entity, must remove roles from instance profile first.");
  }
  if (role.attached.length > 0) throw deleteConflict("Cannot delete entity, must detach all policies first.");
  if (Object.keys(role.inline).length > 0)
    throw deleteConflict("Cannot delete entity, must delete policies first.");
}
