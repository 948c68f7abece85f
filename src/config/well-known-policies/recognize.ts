import { isAwsManaged, type PolicyArn } from "../../model/arn.ts";
import type { GrantedAction, RecognizedPolicy } from "../../model/well-known-policy.ts";
import type { RoleDocuments } from "../../service-account/list/role-documents.ts";
import type { WellKnownPolicy } from "./policy.ts";
import { grantsOf, RoleGrants, sameWhen } from "./role-grants.ts";
import { everyVersion } from "./versions.ts";

/** A version with what it allows, made ready for many roles. */
export interface Candidate {
  readonly policy: WellKnownPolicy;
  readonly current: readonly Version[];
  readonly earlier: readonly Version[];
}

interface Version {
  readonly by: string | undefined;
  readonly managed: readonly string[];
  readonly grants: readonly GrantedAction[];
}

/** Makes the catalog ready: its versions, each as what it allows. */
export function candidatesOf(policies: readonly WellKnownPolicy[]): readonly Candidate[] {
  return policies.map((policy) => {
    const all = everyVersion(policy)
      .map(({ by, managed, statements }) => ({ by, managed, grants: grantsOf(statements) }))
      .filter(({ managed, grants }) => managed.length + grants.length > 0);
    return {
      policy,
      current: all.filter(({ by }) => by === undefined),
      earlier: all.filter(({ by }) => by !== undefined),
    };
  });
}

/** Where a version is there in whole, it is the widest that is. */
interface Found {
  readonly candidate: Candidate;
  readonly current: Version | undefined;
  readonly earlier: Version | undefined;
}

/**
 * The well-known policies that a role has. Names and tags can be anybody's and are not kept by every tool, so what the
 * documents say is what counts: decision 22.
 */
export function recognize(
  role: RoleDocuments,
  candidates: readonly Candidate[],
): readonly RecognizedPolicy[] {
  const grants = new RoleGrants([...Object.values(role.inline), ...role.managed]);
  const attached = new Set(role.attached.flatMap(awsPolicyName));
  const whole = candidates.flatMap((candidate): readonly Found[] => {
    const isThere = ({ managed, grants: all }: Version): boolean =>
      managed.every((name) => attached.has(name)) && all.every((one) => grants.has(one));
    const [current, earlier] = [candidate.current, candidate.earlier].map((all) =>
      widest(all.filter(isThere)),
    );
    return current === undefined && earlier === undefined ? [] : [{ candidate, current, earlier }];
  });
  const found = whole.filter((one) => !whole.some((other) => isPartOf(one, other)));
  return candidates.flatMap((candidate) => {
    const one = found.find((other) => other.candidate === candidate);
    const others = found.filter((other) => other.candidate !== candidate).flatMap(grantsFound);
    if (one !== undefined) return [judged(one, grants, others)];
    if (whole.some((other) => other.candidate === candidate)) return [];
    return named(candidate, role, grants, attached) ?? similar(candidate, grants, others) ?? [];
  });
}

/** As `service-role/AmazonEBSCSIDriverPolicy`; a policy of the AWS account is none of AWS's, whatever its name. */
function awsPolicyName(arn: PolicyArn): readonly string[] {
  const mark = ":policy/";
  return isAwsManaged(arn) ? [arn.slice(arn.indexOf(mark) + mark.length)] : [];
}

function widest(versions: readonly Version[]): Version | undefined {
  return versions.reduce<Version | undefined>(
    (best, one) => (best === undefined || sizeOf(one) > sizeOf(best) ? one : best),
    undefined,
  );
}

function sizeOf({ managed, grants }: Version): number {
  return managed.length + grants.length;
}

function grantsFound({ current, earlier }: Found): readonly GrantedAction[] {
  return (current ?? earlier)?.grants ?? [];
}

/** A version that says nothing but what another policy's does is not meant: Velero's has all of a bucket's. */
function isPartOf(one: Found, other: Found): boolean {
  if (one.candidate === other.candidate) return false;
  const [own, others] = [one, other].map(({ current, earlier }) => current ?? earlier);
  if (own === undefined || others === undefined) return false;
  return (
    sizeOf(own) < sizeOf(others) &&
    own.managed.every((name) => others.managed.includes(name)) &&
    own.grants.every((grant) => includes(others.grants, grant))
  );
}

function includes(grants: readonly GrantedAction[], { action, when }: GrantedAction): boolean {
  const isSame = sameWhen(when);
  return grants.some(
    (grant) =>
      grant.action.toLowerCase() === action.toLowerCase() && (isSame(grant.when) || grant.when === when),
  );
}

/** What an earlier version says beyond the current one counts only where no other policy of the role says it. */
function judged(
  { candidate: { policy, current: versions }, current, earlier }: Found,
  grants: RoleGrants,
  others: readonly GrantedAction[],
): RecognizedPolicy {
  const wanted = current ?? nearestTo(versions, earlier);
  const lacks = current === undefined ? (wanted?.grants ?? []).filter((one) => !grants.covers(one)) : [];
  const excess = (earlier?.grants ?? []).filter(
    (one) => !includes(wanted?.grants ?? [], one) && !includes(others, one),
  );
  const isCurrent = current !== undefined && excess.length === 0;
  return {
    field: policy.field,
    evidence: "document",
    state: isCurrent ? "current" : "outdated",
    writtenBy: isCurrent ? undefined : earlier?.by,
    lacks,
    excess,
    lacksPolicies: [],
  };
}

/** The current version for the inputs that an earlier one was written with: the one that shares most with it. */
function nearestTo(versions: readonly Version[], earlier: Version | undefined): Version | undefined {
  const shared = ({ managed, grants }: Version): number =>
    grants.filter(({ action }) => earlier?.grants.some((one) => one.action === action)).length -
    Math.abs(grants.length - (earlier?.grants.length ?? 0)) / 1000 +
    managed.filter((name) => earlier?.managed.includes(name)).length -
    managed.filter((name) => earlier?.managed.includes(name) !== true).length;
  return versions.reduce<Version | undefined>(
    (best, one) => (best === undefined || shared(one) > shared(best) ? one : best),
    undefined,
  );
}

/** eksctl's own policies are known by name, in whatever version of eksctl. */
function named(
  { policy, current }: Candidate,
  { inline }: RoleDocuments,
  grants: RoleGrants,
  attached: ReadonlySet<string>,
): RecognizedPolicy | undefined {
  const { eksctlName } = policy;
  if (eksctlName === undefined) return undefined;
  const pattern = new RegExp(`(?:^|-)${eksctlName}[A-Za-z]*$`);
  if (!Object.keys(inline).some((name) => pattern.test(name))) return undefined;
  const [version] = current;
  const lacks = (version?.grants ?? []).filter(({ action }) => !grants.mentions(action));
  const lacksPolicies = (version?.managed ?? []).filter((name) => !attached.has(name));
  return {
    field: policy.field,
    evidence: "name",
    state: lacks.length + lacksPolicies.length > 0 ? "outdated" : "unknown",
    writtenBy: undefined,
    lacks,
    excess: [],
    lacksPolicies,
  };
}

/** Most of its actions, and no version in whole: written by others, or changed since. That it is current is not known. */
function similar(
  { policy, current }: Candidate,
  grants: RoleGrants,
  others: readonly GrantedAction[],
): RecognizedPolicy | undefined {
  const isOwn = (one: GrantedAction): boolean =>
    grants.hasAction(one.action) && !others.some(({ action }) => action === one.action);
  const [nearest] = current
    .map((version) => ({ version, share: version.grants.filter(isOwn).length / version.grants.length }))
    .toSorted((one, other) => other.share - one.share);
  if (nearest === undefined || !(nearest.share > 0.5)) return undefined;
  return {
    field: policy.field,
    evidence: "similar",
    state: "unknown",
    writtenBy: undefined,
    lacks: nearest.version.grants.filter(({ action }) => !grants.mentions(action)),
    excess: [],
    lacksPolicies: [],
  };
}
