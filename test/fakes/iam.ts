import { randomUUID } from "node:crypto";
import type { IamPort, NewRole, Receipt } from "../../src/aws/port.ts";
import { roleRef, type PolicyArn, type ProviderArn, type RoleArn } from "../../src/model/arn.ts";
import { Failure } from "../../src/model/failure.ts";
import type { Provider, Role, Tags } from "../../src/model/iam-objects.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { policySize } from "../../src/model/trust-policy/grant.ts";

/** A role with everything that hangs on it. */
export interface StoredRole {
  readonly role: Role;
  readonly attached: readonly PolicyArn[];
  readonly inline: Readonly<Record<string, PolicyDocument>>;
}

/** What IAM holds of one AWS account. */
export interface IamState {
  readonly providers: Map<ProviderArn, Provider>;
  /** By lower-case name: two names that differ in case only are one. */
  readonly roles: Map<string, StoredRole>;
  readonly policies: Map<PolicyArn, PolicyDocument>;
  readonly quota: { providers: number; attached: number; trustCharacters: number };
}

/** An ARN's head, as `arn:aws:iam::111122223333`, which new things get. */
export type Home = string;

/** What each method needs to be allowed. */
const ACTIONS = {
  getProvider: "GetOpenIDConnectProvider",
  listProviders: "ListOpenIDConnectProviders",
  createProvider: "CreateOpenIDConnectProvider",
  addClientId: "AddClientIDToOpenIDConnectProvider",
  setThumbprints: "UpdateOpenIDConnectProviderThumbprint",
  tagProvider: "TagOpenIDConnectProvider",
  getRole: "GetRole",
  listAttachedPolicies: "ListAttachedRolePolicies",
  listInlinePolicies: "ListRolePolicies",
  getInlinePolicy: "GetRolePolicy",
  createRole: "CreateRole",
  setTrust: "UpdateAssumeRolePolicy",
  setBoundary: "PutRolePermissionsBoundary",
  setMaxSession: "UpdateRole",
  tagRole: "TagRole",
  attachPolicy: "AttachRolePolicy",
  putInlinePolicy: "PutRolePolicy",
  getPolicyVersionId: "GetPolicy",
  getPolicyDocument: "GetPolicyVersion",
} as const satisfies Record<keyof IamPort, string>;

/** IAM's answer to whoever lacks the permission for a method. */
export function iamDenies(method: keyof IamPort): Failure {
  return new Failure("denied", "access-denied", `not permitted: iam:${ACTIONS[method]}`);
}

/** A port's methods as functions that answer at once; the log makes calls of them. */
export type Effects<Port> = {
  readonly [Method in keyof Port]: Port[Method] extends (...args: infer Args) => Promise<infer Answer>
    ? (...args: Args) => Answer
    : never;
};

/** IAM in memory: unique names, idempotent attachments, quotas, and the adapter's failures. */
export function iamEffects(state: IamState, home: Home): Effects<IamPort> {
  return { ...providerEffects(state, home), ...roleReads(state), ...roleWrites(state, home) };
}

type ProviderMethod =
  | "getProvider"
  | "listProviders"
  | "createProvider"
  | "addClientId"
  | "setThumbprints"
  | "tagProvider";

function providerEffects({ providers, quota }: IamState, home: Home): Pick<Effects<IamPort>, ProviderMethod> {
  const edit = (
    method: ProviderMethod,
    arn: ProviderArn,
    change: (found: Provider) => Partial<Provider>,
  ): Receipt => {
    const found = providers.get(arn);
    if (found === undefined) throw gone(method);
    providers.set(arn, { ...found, ...change(found) });
    return receipt();
  };
  return {
    getProvider: (arn) => providers.get(arn),
    listProviders: () => [...providers.keys()],
    createProvider: ({ url, ...rest }) => {
      const arn = `${home}:oidc-provider/${url.slice("https://".length)}` as ProviderArn;
      if (providers.has(arn)) throw alreadyExists("createProvider");
      if (providers.size >= quota.providers) throw quotaReached("createProvider");
      providers.set(arn, { arn, ...pick(rest) });
      return receipt();
    },
    addClientId: (arn, id) =>
      edit("addClientId", arn, ({ clientIds }) => ({ clientIds: [...new Set([...clientIds, id])] })),
    setThumbprints: (arn, thumbprints) => edit("setThumbprints", arn, () => ({ thumbprints })),
    tagProvider: (arn, tags) => edit("tagProvider", arn, (found) => ({ tags: { ...found.tags, ...tags } })),
  };
}

function pick({ clientIds, thumbprints, tags }: Omit<Provider, "arn">): Omit<Provider, "arn"> {
  return { clientIds, thumbprints, tags };
}

type RoleRead =
  | "getRole"
  | "listAttachedPolicies"
  | "listInlinePolicies"
  | "getInlinePolicy"
  | "getPolicyVersionId"
  | "getPolicyDocument";

function roleReads({ roles, policies }: IamState): Pick<Effects<IamPort>, RoleRead> {
  const find = (name: string) => roles.get(name.toLowerCase());
  return {
    getRole: (name) => find(name)?.role,
    listAttachedPolicies: (name) => find(name)?.attached,
    listInlinePolicies: (name) => {
      const inline = find(name)?.inline;
      return inline && Object.keys(inline);
    },
    getInlinePolicy: (name, policy) => find(name)?.inline[policy],
    getPolicyVersionId: (arn) => (policies.has(arn) ? "v1" : undefined),
    getPolicyDocument: (arn) => policies.get(arn) ?? { Statement: [] },
  };
}

type RoleWrite =
  | "createRole"
  | "setTrust"
  | "setBoundary"
  | "setMaxSession"
  | "tagRole"
  | "attachPolicy"
  | "putInlinePolicy";

function roleWrites(state: IamState, home: Home): Pick<Effects<IamPort>, RoleWrite> {
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
    setMaxSession: (name, maxSessionSeconds) =>
      editRole("setMaxSession", name, () => ({ maxSessionSeconds })),
    tagRole: (name, tags) => editRole("tagRole", name, (role) => ({ tags: retagged(role.tags, tags) })),
    attachPolicy: (name, policy) =>
      edit("attachPolicy", name, ({ attached }) => {
        if (attached.includes(policy)) return {};
        if (!policies.has(policy)) throw gone("attachPolicy");
        if (attached.length >= quota.attached) throw quotaReached("attachPolicy");
        return { attached: [...attached, policy] };
      }),
    putInlinePolicy: (name, policy, document) =>
      edit("putInlinePolicy", name, ({ inline }) => ({ inline: { ...inline, [policy]: document } })),
  };
}

function stored({ name, path, trust, tags, boundary, maxSessionSeconds = 3600 }: NewRole, home: Home): Role {
  const arn = `${home}:role${path}${name}` as RoleArn;
  return {
    arn,
    name: roleRef(arn).name,
    trust,
    tags,
    maxSessionSeconds,
    ...(boundary !== undefined && { boundary }),
  };
}

/** Keys of a role's tags are the same whatever their case; the last spelling stays. */
function retagged(tags: Tags, changes: Tags): Tags {
  const changed = new Set(Object.keys(changes).map((key) => key.toLowerCase()));
  const kept = Object.entries(tags).filter(([key]) => !changed.has(key.toLowerCase()));
  return { ...Object.fromEntries(kept), ...changes };
}

function receipt(): Receipt {
  return { requestId: randomUUID() };
}

function alreadyExists(method: keyof IamPort): Failure {
  return new Failure("refused", "already-exists", `iam:${ACTIONS[method]}: it exists already`);
}

function gone(method: keyof IamPort): Failure {
  return new Failure("refused", "gone", `iam:${ACTIONS[method]}: it can't be found`);
}

function quotaReached(method: keyof IamPort): Failure {
  return new Failure("refused", "quota", `iam:${ACTIONS[method]}: a quota is reached`);
}
