import { parseRoleArn, roleRef, type PolicyArn } from "../model/arn.ts";
import { Failure } from "../model/failure.ts";
import { ROLE_ANNOTATION, type ServiceAccount } from "../model/kubernetes-objects.ts";
import { accountOrigin, TAG, type Origin } from "../model/marks.ts";
import { accountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { drifts, type Drift } from "./drift.ts";
import { audienceFrom } from "./holding.ts";
import { isInScope, roleKey, type ListedRole, type ObservedListing } from "./listing.ts";
import { isEksctls, ownershipOf } from "./ownership.ts";

/** One account with its role, as `get-sa` tells it. */
export interface AccountRow {
  readonly account: ServiceAccountRef;
  /** How the account came to be; `gone`: irsa's role for it is there, but it is not. */
  readonly origin: Origin | "foreign" | "gone";
  /** The role's ARN, or whatever its annotation says; absent where neither is. */
  readonly role?: string;
  /** Whose the role is; absent where there is none or it can't be told. */
  readonly whose?: Origin | "eksctl" | "foreign";
  readonly audience: string;
  readonly policies: readonly PolicyArn[];
  /** Names of inline policies. */
  readonly inlinePolicies: readonly string[];
  readonly permissionsBoundary?: string;
  readonly state: "in-sync" | "drifted" | "unknown";
  readonly drift: readonly Drift[];
  /** Why the state can't be told. */
  readonly unknown?: string;
}

/** The accounts of the scope, and those that are gone while irsa's role for them is not; by namespace and name. */
export function accountRows(observed: ObservedListing): AccountRow[] {
  const { accounts, scope } = observed;
  const paths = new Set(accounts.map(({ ref }) => accountPath(ref)));
  const orphans = ourRoles(observed).filter(
    ({ ref }) => isInScope(ref, scope) && !paths.has(accountPath(ref)),
  );
  const rows = [
    ...accounts.map((account) => rowOf(account, observed)),
    ...orphans.map(({ ref, listed }) => orphanRow(ref, listed, observed)),
  ];
  return rows.toSorted((a, b) => order(accountPath(a.account), accountPath(b.account)));
}

function order(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

interface OurRole {
  readonly ref: ServiceAccountRef;
  readonly listed: ListedRole;
}

function ourRoles({ roles, cluster }: ObservedListing): OurRole[] {
  return [...roles.values()].flatMap((listed) => {
    if (listed === undefined || listed instanceof Failure) return [];
    const { tags } = listed.role;
    const ref = { namespace: tags[TAG.namespace], name: tags[TAG.account] } as ServiceAccountRef;
    return ownershipOf(listed.role, cluster, ref).kind === "ours" ? [{ ref, listed }] : [];
  });
}

function rowOf(account: ServiceAccount, observed: ObservedListing): AccountRow {
  const annotation = account.annotations[ROLE_ANNOTATION] ?? "";
  const [own, ...rivals] = ourRoles(observed)
    .filter(({ ref }) => accountPath(ref) === accountPath(account.ref))
    .map(({ listed }) => listed);
  const found = annotation === "" ? own : annotatedRole(annotation, observed);
  const base = {
    account: account.ref,
    origin: accountOrigin(account) ?? ("foreign" as const),
    audience: audienceFrom(account),
    ...NO_ROLE,
    ...(annotation !== "" && { role: annotation }),
  };
  if (found instanceof Failure) return { ...base, state: "unknown", drift: [], unknown: found.message };
  const drift = drifts({
    account,
    annotation,
    role: found,
    own,
    rivals: rivals.map(({ role }) => role.name),
    observed,
  });
  return {
    ...base,
    ...(found && partsOf(found, account.ref, observed)),
    ...verdict(drift, observed),
  };
}

function orphanRow(ref: ServiceAccountRef, listed: ListedRole, observed: ObservedListing): AccountRow {
  const audience = audienceFrom(undefined);
  const drift = drifts({
    account: undefined,
    annotation: "",
    role: listed,
    own: listed,
    rivals: [],
    observed,
  });
  return {
    account: ref,
    origin: "gone",
    audience,
    ...partsOf(listed, ref, observed),
    ...verdict(drift, observed),
  };
}

function verdict(drift: readonly Drift[], { provider }: ObservedListing) {
  if (drift.length > 0) return { state: "drifted", drift } as const;
  if (provider instanceof Failure) return { state: "unknown", drift, unknown: provider.message } as const;
  return { state: "in-sync", drift } as const;
}

const NO_ROLE = { policies: [], inlinePolicies: [] };

/** A role of another AWS account is not looked at. */
function annotatedRole(
  annotation: string,
  { roles, cluster }: ObservedListing,
): ListedRole | undefined | Failure {
  const parsed = parseRoleArn(annotation);
  if (!parsed.ok) return undefined;
  const { account, name } = roleRef(parsed.value);
  if (account !== cluster.account)
    return new Failure("failed", "other-aws-account", `the role is of AWS account ${account}`);
  return roles.get(roleKey(name));
}

function partsOf(
  { role, attached, inline }: ListedRole,
  ref: ServiceAccountRef,
  { cluster }: ObservedListing,
) {
  const ownership = ownershipOf(role, cluster, ref);
  const whose = ownership.kind === "ours" ? ownership.origin : isEksctls(role.tags) ? "eksctl" : "foreign";
  return {
    role: role.arn,
    whose,
    policies: attached,
    inlinePolicies: inline,
    ...(role.boundary !== undefined && { permissionsBoundary: role.boundary }),
  } as const;
}
