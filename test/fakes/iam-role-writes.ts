import { roleIdOf } from "./role-id.ts";
import type { IamPort, NewRole, Receipt } from "../../src/aws/port.ts";
import { roleRef, type RoleArn } from "../../src/model/arn.ts";
import type { Role, Tags } from "../../src/model/iam-objects.ts";
import { present } from "../../src/model/present.ts";
import { settingsOf } from "../../src/model/role-settings.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { policySize } from "../../src/model/trust-policy/grant.ts";
import { alreadyExists, gone, inUse, quotaReached, receipt } from "./iam-answers.ts";
import type { Effects, Home, IamState, StoredRole } from "./iam.ts";

type RoleWrite =
  | "createRole"
  | "setTrust"
  | "setBoundary"
  | "deleteBoundary"
  | "setRoleSettings"
  | "tagRole"
  | "untagRole"
  | "attachPolicy"
  | "detachPolicy"
  | "putInlinePolicy"
  | "deleteInlinePolicy"
  | "removeFromInstanceProfile"
  | "deleteRole";

/** The writes of roles and of what is attached to them. */
export function roleWrites(state: IamState, home: Home): Pick<Effects<IamPort>, RoleWrite> {
  const { roles, policies, quota } = state;
  const edit = (
    method: RoleWrite,
    name: string,
    change: (found: StoredRole) => Partial<StoredRole>,
  ): Receipt => {
    const found = roles.get(name.toLowerCase());
    if (found === undefined) throw gone(method);
    roles.set(name.toLowerCase(), { ...found, ...change(found) });
    return receipt();
  };
  const editRole = (method: RoleWrite, name: string, changes: (role: Role) => Partial<Role>): Receipt =>
    edit(method, name, ({ role }) => ({ role: { ...role, ...changes(role) } }));
  const checkTrust = (method: RoleWrite, trust: PolicyDocument): void => {
    if (policySize(trust) > quota.trustCharacters) throw quotaReached(method);
  };
  return {
    createRole: (role) => {
      if (roles.has(role.name.toLowerCase())) throw alreadyExists("createRole");
      if (role.boundary !== undefined && !policies.has(role.boundary)) throw gone("createRole");
      checkTrust("createRole", role.trust);
      roles.set(role.name.toLowerCase(), { role: stored(role, home), attached: [], inline: {} });
      return receipt();
    },
    setTrust: (name, trust) => {
      checkTrust("setTrust", trust);
      return editRole("setTrust", name, () => ({ trust }));
    },
    setBoundary: (name, boundary) => {
      if (!policies.has(boundary)) throw gone("setBoundary");
      return editRole("setBoundary", name, () => ({ boundary }));
    },
    deleteBoundary: (name) => edit("deleteBoundary", name, ({ role }) => ({ role: withoutBoundary(role) })),
    setRoleSettings: (name, { maxSessionSeconds, description }) =>
      editRole("setRoleSettings", name, () => ({ maxSessionSeconds, ...present({ description }) })),
    tagRole: (name, tags) => editRole("tagRole", name, (role) => ({ tags: retagged(role.tags, tags) })),
    untagRole: (name, keys) => editRole("untagRole", name, (role) => ({ tags: without(role.tags, keys) })),
    attachPolicy: (name, policy) =>
      edit("attachPolicy", name, ({ attached }) => {
        if (attached.includes(policy)) return {};
        if (!policies.has(policy)) throw gone("attachPolicy");
        if (attached.length >= quota.attached) throw quotaReached("attachPolicy");
        return { attached: [...attached, policy] };
      }),
    detachPolicy: (name, policy) =>
      edit("detachPolicy", name, ({ attached }) => {
        if (!attached.includes(policy)) throw gone("detachPolicy");
        return { attached: attached.filter((one) => one !== policy) };
      }),
    putInlinePolicy: (name, policy, document) =>
      edit("putInlinePolicy", name, ({ inline }) => ({ inline: { ...inline, [policy]: document } })),
    deleteInlinePolicy: (name, policy) =>
      edit("deleteInlinePolicy", name, ({ inline }) => {
        if (!(policy in inline)) throw gone("deleteInlinePolicy");
        const { [policy]: _deleted, ...kept } = inline;
        return { inline: kept };
      }),
    removeFromInstanceProfile: (name, profile) =>
      edit("removeFromInstanceProfile", name, ({ profiles = [] }) => {
        if (!profiles.includes(profile)) throw gone("removeFromInstanceProfile");
        return { profiles: profiles.filter((one) => one !== profile) };
      }),
    deleteRole: (name) => {
      const found = roles.get(name.toLowerCase());
      if (found === undefined) throw gone("deleteRole");
      if (isLaden(found)) throw inUse("deleteRole");
      roles.delete(name.toLowerCase());
      return receipt();
    },
  };
}

function stored(made: NewRole, home: Home): Role {
  const { name, path, trust, tags } = made;
  const arn = `${home}:role${path}${name}` as RoleArn;
  return {
    arn,
    id: roleIdOf(arn),
    name: roleRef(arn).name,
    trust,
    tags,
    maxSessionSeconds: 3600,
    ...settingsOf(made),
  };
}

/** Keys of a role's tags are the same whatever their case; the last spelling stays. */
function retagged(tags: Tags, changes: Tags): Tags {
  const changed = new Set(Object.keys(changes).map((key) => key.toLowerCase()));
  const kept = Object.entries(tags).filter(([key]) => !changed.has(key.toLowerCase()));
  return { ...Object.fromEntries(kept), ...changes };
}

function withoutBoundary(role: Role): Role {
  const { boundary: _, ...rest } = role;
  return rest;
}

/** A record without keys; their case does not count. */
function without<T>(record: Readonly<Record<string, T>>, keys: readonly string[]): Record<string, T> {
  const unwanted = new Set(keys.map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(record).filter(([key]) => !unwanted.has(key.toLowerCase())));
}

function isLaden({ attached, inline, profiles = [] }: StoredRole): boolean {
  return attached.length + Object.keys(inline).length + profiles.length > 0;
}
