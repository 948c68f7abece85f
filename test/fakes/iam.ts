import type { IamPort, Receipt } from "../../src/aws/port.ts";
import { isAwsManaged, type PolicyArn, type ProviderArn } from "../../src/model/arn.ts";
import type { Provider, Role, RoleDetails } from "../../src/model/iam-objects.ts";
import { Failure } from "../../src/model/failure.ts";
import type { ServiceUse } from "../../src/model/last-accessed.ts";
import { present } from "../../src/model/present.ts";
import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";
import { alreadyExists, gone, quotaReached, receipt } from "./iam-answers.ts";
import { roleWrites } from "./iam-role-writes.ts";

/** A role with everything that is attached to it. */
export interface StoredRole {
  readonly role: Role;
  readonly attached: readonly PolicyArn[];
  readonly inline: Readonly<Record<string, PolicyDocument>>;
  /** Names of the instance profiles that the role is in. */
  readonly profiles?: readonly string[];
  /** When it last made a request, as RFC 3339. */
  readonly lastUsed?: string;
  readonly createdAt?: string;
  /** What IAM reports that it used; services that are not in the list are not reported. */
  readonly used?: readonly ServiceUse[];
}

/** What IAM holds of one AWS account. */
export interface IamState {
  readonly providers: Map<ProviderArn, Provider>;
  /** By lower-case name: two names that differ in case only are one. */
  readonly roles: Map<string, StoredRole>;
  readonly policies: Map<PolicyArn, PolicyDocument>;
  readonly quota: { providers: number; attached: number; trustCharacters: number; roles: number };
  /** What IAM's simulation does not allow the caller. */
  readonly denied: Set<string>;
  /** Whether reads of a role take its name in another case, as IAM does and moto does not. */
  readonly names: { caseCounts: boolean };
}

/** An ARN's head, as `arn:aws:iam::111122223333`, which new things get. */
export type Home = string;

/** A port's methods as functions that answer immediately; the log makes calls of them. */
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
  | "tagProvider"
  | "deleteProvider";

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
    // No error where there is none. Source: IAM API Reference, DeleteOpenIDConnectProvider.
    deleteProvider: (arn) => {
      providers.delete(arn);
      return receipt();
    },
    tagProvider: (arn, tags) => edit("tagProvider", arn, (found) => ({ tags: { ...found.tags, ...tags } })),
  };
}

function pick({ clientIds, thumbprints, tags }: Omit<Provider, "arn">): Omit<Provider, "arn"> {
  return { clientIds, thumbprints, tags };
}

type RoleRead =
  | "listRoles"
  | "listRolesInFull"
  | "getRole"
  | "getRoleDetails"
  | "listAttachedPolicies"
  | "listInlinePolicies"
  | "getInstanceProfileRole"
  | "listInstanceProfiles"
  | "getInlinePolicy"
  | "getPolicyVersionId"
  | "getPolicyDocument"
  | "getAccountSummary"
  | "getSimulation"
  | "getUseReport"
  | "getLastAccessed";

/** The time of every report of what a role used. */
export const REPORTED_AT = "2026-11-20T12:00:00.000Z";

function roleReads({ roles, policies, quota, denied, names }: IamState): Pick<Effects<IamPort>, RoleRead> {
  const find = (name: string) => {
    const found = roles.get(name.toLowerCase());
    return names.caseCounts && found?.role.name !== name ? undefined : found;
  };
  const asked = new Set<string>();
  return {
    listRoles: () =>
      [...roles.values()].map(({ role: { arn, id, trust, maxSessionSeconds, description } }) => ({
        arn,
        id,
        trust,
        maxSessionSeconds,
        ...present({ description }),
      })),
    listRolesInFull: (also) => ({
      roles: [...roles.values()].map((one) => ({
        arn: one.role.arn,
        id: one.role.id,
        trust: one.role.trust,
        details: detailsOf(one),
      })),
      policies: new Map([...policies].filter(([arn]) => also.policies && !isAwsManaged(arn))),
    }),
    getRole: (name) => find(name)?.role,
    getRoleDetails: (name) => {
      const found = find(name);
      return found && detailsOf(found);
    },
    listAttachedPolicies: (name) => find(name)?.attached,
    listInlinePolicies: (name) => keysOf(find(name)?.inline),
    getInstanceProfileRole: (profile) =>
      [...roles.values()].find(({ profiles = [] }) => profiles.includes(profile))?.role.arn,
    listInstanceProfiles: (name) => find(name) && (find(name)?.profiles ?? []),
    getInlinePolicy: (name, policy) => find(name)?.inline[policy],
    getPolicyVersionId: (arn) => (policies.has(arn) ? "v1" : undefined),
    getPolicyDocument: (arn) => {
      const found = policies.get(arn);
      if (found === undefined)
        throw new Failure("failed", "unexpected-answer", `no policy document of ${arn}`);
      return found;
    },
    getAccountSummary: () => ({
      Roles: roles.size,
      RolesQuota: quota.roles,
      AssumeRolePolicySizeQuota: quota.trustCharacters,
    }),
    getSimulation: (_principal, actions) =>
      new Map(actions.map((action) => [action, denied.has(action) ? "no" : "yes"])),
    // A report of the first try is still being written.
    getUseReport: (arn) => {
      asked.delete(arn);
      return arn;
    },
    getLastAccessed: (report) => {
      if (!asked.has(report)) {
        asked.add(report);
        return undefined;
      }
      const found = find(report.slice(report.lastIndexOf("/") + 1));
      return { asOf: REPORTED_AT, services: found?.used ?? [] };
    },
  };
}

function detailsOf({
  role: { boundary, tags },
  attached,
  inline,
  lastUsed,
  createdAt,
}: StoredRole): RoleDetails {
  return {
    attached,
    inline,
    tags,
    ...(boundary !== undefined && { boundary }),
    ...present({ lastUsed, createdAt }),
  };
}

function keysOf(record: object | undefined): string[] | undefined {
  return record && Object.keys(record);
}
