import type { IamPort } from "../../aws/port.ts";
import { parseRoleArn, roleRef, type PolicyArn, type RoleArn } from "../../model/arn.ts";
import { look, valueOf, type Known } from "../../model/known.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { InlinePolicies } from "../../model/iam-objects.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import { isEksctls } from "../role/ownership.ts";
import { currentDocument, readInlinePolicies } from "../role/read-policies.ts";
import { MANY_ROLES, rolesListed } from "../role/roles-listed.ts";
import { annotatedArn } from "../../model/service-account-facts.ts";
import { listedRole, readRoles, roleKey, type ListedRole, type ObservedListing } from "./observe.ts";
import { serviceAccountRows } from "./rows.ts";

/** What a role's policies say. */
export interface RoleDocuments {
  readonly attached: readonly PolicyArn[];
  readonly inline: InlinePolicies;
  /** The documents of what is attached. */
  readonly managed: readonly PolicyDocument[];
}

/** A role that ServiceAccounts of a cluster have, with all that its policies say. */
export interface ClusterRole {
  readonly arn: string;
  readonly serviceAccounts: readonly ServiceAccountRef[];
  readonly managedBy: "irsa" | "eksctl" | "unmanaged" | undefined;
  readonly documents: Known<RoleDocuments>;
}

const AT_ONCE = 8;

interface Named {
  readonly arn: RoleArn;
  readonly serviceAccount: ServiceAccountRef;
  readonly managedBy: ClusterRole["managedBy"];
}

/** Reads what the roles allow that ServiceAccounts have by annotation, by irsa's tags or by a Pod Identity association. */
export async function observeClusterRoles(
  observed: ObservedListing,
  iam: IamPort,
): Promise<readonly ClusterRole[]> {
  const { cluster, serviceAccounts } = observed;
  const associations = [...(valueOf(observed.associations)?.values() ?? [])];
  const named = [
    ...serviceAccountRows(observed).flatMap(({ serviceAccount, role, managedBy }) =>
      namedRole(role, serviceAccount, managedBy),
    ),
    // Beside an association, pods from before it still have the annotated role.
    ...serviceAccounts.flatMap((one) => namedRole(annotatedArn(one), one.ref, undefined)),
    ...associations.flatMap(({ serviceAccount, targetRoleArn }) =>
      namedRole(targetRoleArn, serviceAccount, undefined),
    ),
  ];
  const roles = await rolesOf(named, observed, iam);
  const reads = roles.size < MANY_ROLES ? iam : await rolesListed(iam);
  const managed = new Map<PolicyArn, ReturnType<typeof currentDocument>>();
  const documentOf = (arn: PolicyArn) => {
    const reading = managed.get(arn) ?? currentDocument(iam, arn);
    managed.set(arn, reading);
    return reading;
  };
  const read = await mapConcurrent([...byArn(named)], AT_ONCE, async ([arn, all]): Promise<ClusterRole[]> => {
    const found = listedRole(arn, { cluster, roles });
    if (found.state === "known" && found.value === undefined) return [];
    const documents =
      found.state === "unknown" ? found : await look(async () => documentsOf(found.value, reads, documentOf));
    return [{ arn, serviceAccounts: distinct(all), managedBy: managerOf(all, found), documents }];
  });
  return read.flat();
}

/** An annotation that is not a valid ARN leads to no role; `get-sa` and `verify` report it. */
function namedRole(
  text: string | undefined,
  serviceAccount: ServiceAccountRef,
  managedBy: Named["managedBy"],
): readonly Named[] {
  const parsed = text === undefined ? undefined : parseRoleArn(text);
  return parsed?.ok === true ? [{ arn: parsed.value, serviceAccount, managedBy }] : [];
}

type Roles = ObservedListing["roles"];

/** Those that the listing has, and those that associations alone lead to. */
async function rolesOf(
  named: readonly Named[],
  { roles, cluster }: ObservedListing,
  iam: IamPort,
): Promise<Roles> {
  const own = named
    .map(({ arn }) => roleRef(arn))
    .filter(({ awsAccount }) => awsAccount === cluster.awsAccount);
  const missing = [...new Set(own.map(({ name }) => name))].filter((name) => !roles.has(roleKey(name)));
  return missing.length === 0 ? roles : new Map([...roles, ...(await readRoles(iam, missing))]);
}

async function documentsOf(
  listed: ListedRole | undefined,
  reads: Parameters<typeof readInlinePolicies>[0],
  documentOf: (arn: PolicyArn) => ReturnType<typeof currentDocument>,
): Promise<RoleDocuments> {
  if (listed === undefined) return { attached: [], inline: {}, managed: [] };
  const { role, attached } = listed;
  const [inline, managed] = await Promise.all([
    readInlinePolicies(reads, role.name),
    Promise.all(attached.map(documentOf)),
  ]);
  return { attached, inline, managed: managed.flatMap((document) => document ?? []) };
}

function byArn(named: readonly Named[]): ReadonlyMap<RoleArn, readonly Named[]> {
  const groups = new Map<RoleArn, Named[]>();
  for (const one of named) groups.set(one.arn, [...(groups.get(one.arn) ?? []), one]);
  return groups;
}

function distinct(named: readonly Named[]): readonly ServiceAccountRef[] {
  return [...new Map(named.map(({ serviceAccount: one }) => [serviceAccountPath(one), one])).values()];
}

function managerOf(named: readonly Named[], found: Known<ListedRole | undefined>): ClusterRole["managedBy"] {
  const said = named.find(({ managedBy }) => managedBy !== undefined)?.managedBy;
  if (said !== undefined) return said;
  if (found.state === "unknown" || found.value === undefined) return undefined;
  return isEksctls(found.value.role.tags) ? "eksctl" : "unmanaged";
}
