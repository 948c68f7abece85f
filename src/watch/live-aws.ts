import type { AwsPort, EksPort, IamPort } from "../aws/port.ts";
import type { PolicyArn } from "../model/arn.ts";
import { isFailure } from "../model/failure.ts";
import type { Role, RoleDetails, RolesInFull } from "../model/iam-objects.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import type { KeptRead, KeptReads } from "./kept-reads.ts";
import { isLoss, type SourceHealth, type SourceName } from "./source-health.ts";

/** Told the key of everything that is read, and from where. */
export type Record = (key: string, source: SourceName) => void;

/** What an AWS account is read through. */
export interface LiveAws {
  readonly aws: AwsPort;
  readonly kept: KeptReads;
  readonly health: SourceHealth;
}

type ListedRole = RolesInFull["roles"][number];
type FullRole = ListedRole & { readonly details: RoleDetails };

/**
 * AWS as it was when it was last polled. Roles come from the list of all in full where that is permitted, and
 * associations from those of the cluster, so that thousands of chains need no call of their own. Tokens are exchanged really.
 */
export function liveAws({ aws, kept, health }: LiveAws, record: Record): AwsPort {
  const through = throughKept(kept, record);
  const iam = keptPort("iam", aws.iam, through);
  const eks = keptPort("eks", aws.eks, through);
  return {
    ec2: keptPort("ec2", aws.ec2, through),
    eks: { ...eks, ...associationsOf(aws.eks, kept, record) },
    iam: { ...iam, ...rolesOf(aws.iam, iam, kept, record) },
    eksAuth: telling("eksAuth", aws.eksAuth, health),
    sts: telling("sts", aws.sts, health),
  };
}

type Through = <T>(read: KeptRead<T>) => Promise<T>;

function throughKept(kept: KeptReads, record: Record): Through {
  return (read) => {
    record(read.key, read.source);
    return kept.read(read);
  };
}

/** The port with its reads kept, and without its writes. */
function keptPort<Port extends object>(source: SourceName, port: Port, through: Through): Port {
  const methods = Object.entries(port).map(
    ([method, call]: [string, (...args: unknown[]) => Promise<unknown>]) => [
      method,
      /^(?:get|list|describe)/.test(method)
        ? (...args: unknown[]) =>
            through({
              source,
              key: `${source}.${method} ${JSON.stringify(args)}`,
              ofOne: method.startsWith("get"),
              read: () => call(...args),
            })
        : () => {
            throw new TypeError(`${source}.${method} was called by whoever watches`);
          },
    ],
  );
  return Object.fromEntries(methods) as Port;
}

/** The port as it is; whether it answers is told. */
function telling<Port extends object>(source: SourceName, port: Port, health: SourceHealth): Port {
  const methods = Object.entries(port).map(
    ([method, call]: [string, (...args: unknown[]) => Promise<unknown>]) => [
      method,
      async (...args: unknown[]) => {
        try {
          const answer = await call(...args);
          health.heard(source);
          return answer;
        } catch (error) {
          if (isFailure(error) && isLoss(error, health.states().get(source)?.asOf !== undefined))
            health.lost(source, error);
          throw error;
        }
      },
    ],
  );
  return Object.fromEntries(methods) as Port;
}

const ROLES_KEY = "iam.listRolesInFull";

type RoleReads = Pick<
  IamPort,
  "listRolesInFull" | "getRole" | "getRoleDetails" | "listAttachedPolicies" | "listInlinePolicies"
>;

function rolesOf(real: IamPort, each: IamPort, kept: KeptReads, record: Record): RoleReads {
  const readAll = () =>
    kept.read({
      source: "iam",
      key: ROLES_KEY,
      read: async () => indexed(await real.listRolesInFull({ policies: true })),
      compared: ({ roles, policies }) => ({ roles, policies }),
      parts: ({ byName }) => [...byName].map(([name, role]) => [roleKey(name), withoutUse(role)]),
    });
  /** By the one list, or by a read of its own where that is denied, or lacks it. */
  const ofRole = async <T>(name: string, pick: (role: FullRole) => T, own: () => Promise<T | undefined>) => {
    record(roleKey(name.toLowerCase()), "iam");
    try {
      const { byName } = await readAll();
      const role = byName.get(name.toLowerCase());
      if (role === undefined) return undefined;
      return isFull(role) ? pick(role) : await own();
    } catch (error) {
      if (!isFailure(error, "access-denied")) throw error;
      return own();
    }
  };
  return {
    listRolesInFull: async () => {
      record(ROLES_KEY, "iam");
      return readAll();
    },
    getRole: async (name) => {
      const found = await ofRole<FullRole | Role>(
        name,
        (role) => role,
        () => each.getRole(name),
      );
      if (found === undefined || !("details" in found)) return found;
      // What is not a valid document is a failure of that read, and none of the list.
      return found.trust === undefined ? each.getRole(name) : toRole(found, found.trust);
    },
    getRoleDetails: (name) =>
      ofRole(
        name,
        ({ details }) => details,
        () => each.getRoleDetails(name),
      ),
    listAttachedPolicies: (name) =>
      ofRole<readonly PolicyArn[]>(
        name,
        ({ details }) => details.attached,
        () => each.listAttachedPolicies(name),
      ),
    listInlinePolicies: (name) =>
      ofRole<readonly string[]>(
        name,
        ({ details }) => Object.keys(details.inline),
        () => each.listInlinePolicies(name),
      ),
  };
}

type Indexed = RolesInFull & { readonly byName: ReadonlyMap<string, ListedRole> };

function isFull(role: ListedRole): role is FullRole {
  return role.details !== undefined;
}

/** Role names differ in more than case. Source: IAM User Guide, IAM names. */
function indexed(full: RolesInFull): Indexed {
  const byName = new Map(
    full.roles.map((role) => [(role.arn.split("/").at(-1) ?? "").toLowerCase(), role] as const),
  );
  return { ...full, byName };
}

function roleKey(lowerName: string): string {
  return `role/${lowerName}`;
}

/** A chain does not depend on when a role was last used. */
function withoutUse({ details, ...role }: ListedRole): unknown {
  return { ...role, details: { ...details, lastUsed: undefined } };
}

/** IAM's default, where the list leaves it out: no link depends on it. */
const SESSION_SECONDS = 3600;

/** The role as GetRole gives it. */
function toRole({ arn, id, description, maxSessionSeconds, details }: FullRole, trust: PolicyDocument): Role {
  return {
    arn,
    name: arn.split("/").at(-1) ?? "",
    id,
    trust,
    maxSessionSeconds: maxSessionSeconds ?? SESSION_SECONDS,
    ...(description !== undefined && { description }),
    ...boundaryOf(details),
    tags: details.tags,
  };
}

function boundaryOf({ boundary }: RoleDetails): Pick<Role, "boundary"> {
  return boundary === undefined ? {} : { boundary };
}

function associationsOf(
  real: EksPort,
  kept: KeptReads,
  record: Record,
): Pick<EksPort, "describePodIdentities" | "listPodIdentityAssociations"> {
  const describe: EksPort["describePodIdentities"] = async (cluster, serviceAccount) => {
    const key = `eks.describePodIdentities ${cluster}`;
    const path = serviceAccount && serviceAccountPath(serviceAccount);
    record(path === undefined ? key : associationKey(cluster, path), "eks");
    const all = await kept.read({
      source: "eks",
      key,
      read: async () => byServiceAccount(await real.describePodIdentities(cluster, undefined)),
      parts: (all) => [...all].map(([path, found]) => [associationKey(cluster, path), found]),
    });
    return path === undefined ? [...all.values()].flat() : (all.get(path) ?? []);
  };
  return { describePodIdentities: describe, listPodIdentityAssociations: describe };
}

function byServiceAccount(
  associations: readonly PodIdentityAssociation[],
): ReadonlyMap<string, readonly PodIdentityAssociation[]> {
  const found = new Map<string, PodIdentityAssociation[]>();
  for (const one of associations) {
    const path = serviceAccountPath(one.serviceAccount);
    found.set(path, [...(found.get(path) ?? []), one]);
  }
  return found;
}

function associationKey(cluster: string, path: string): string {
  return `association/${cluster}/${path}`;
}

/** The lists that are read at each poll, whoever uses them. */
export function isAlwaysRead(key: string): boolean {
  return key === ROLES_KEY || key.startsWith("eks.describePodIdentities ");
}
