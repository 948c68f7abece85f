import { changeable, givable, type ChangeableRole, type GivableRole } from "../../model/authority.ts";
import { Failure, type FailureDetail } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import type { Holder } from "./holder.ts";
import { audiencesIn } from "./trust.ts";
import type { RoleName } from "../../model/role-name.ts";
import { flag } from "../../model/command-words.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { taggedServiceAccount } from "../../model/trust-policy/pod-identity-grant.ts";
import { PODS_SERVICE } from "../../model/trust-policy/pod-identity-request.ts";
import type { FromOperator } from "../../model/source.ts";
import type { PolicyDocument, Statement } from "../../model/trust-policy/document.ts";
import { listOf } from "../../model/trust-policy/document.ts";
import { evaluateGrant, trustPolicy, type WebIdentityGrant } from "../../model/trust-policy/grant.ts";
import { matchesWildcard } from "../../model/trust-policy/match.ts";
import { neighborsIn, soleStatements } from "../../model/trust-policy/judge.ts";
import { readTrust } from "../../model/trust-policy/read.ts";
import { Steps, stepsOf, unlessTooComplex } from "../../model/trust-policy/steps.ts";

/** Someone other than the grant's ServiceAccount that a trust policy allows. */
interface Other {
  readonly who: string;
  /** It is the same ServiceAccount, by name, of another issuer. */
  readonly isNamesake: boolean;
  /** The value of the trust policy that names it, and a subject that the value stands for. */
  readonly value?: string;
  readonly probe?: string;
}

/** Who else a trust policy allows besides the ServiceAccount, as prose; empty if nobody. */
export function othersIn(trust: PolicyDocument, holder: Holder): readonly string[] {
  return allOthers(trust, holder).map(({ who }) => who);
}

/** The same without the namesakes of other issuers, which a move of trust leaves beside each other. */
export function strangersIn(trust: PolicyDocument, holder: Holder): readonly string[] {
  return allOthers(trust, holder)
    .filter(({ isNamesake }) => !isNamesake)
    .map(({ who }) => who);
}

/** What the operator has said of a role that others assume too. */
export interface SharingTerms {
  /** Roles named by `--allow-shared-role`. */
  readonly sharedRoles?: readonly FromOperator<RoleName>[];
  /** Namesakes of other issuers are known of (`--add-trust`). */
  readonly addTrust?: boolean;
}

/**
 * Lets a role of irsa's be given something: what it gets, everyone gets who assumes it.
 * @throws Failure `role-shared`
 */
export function givableRole(
  arn: ChangeableRole,
  role: Pick<Role, "name" | "arn" | "trust">,
  holder: Holder,
  { sharedRoles = [], addTrust = false }: SharingTerms,
): GivableRole {
  const others = addTrust ? strangersIn(role.trust, holder) : othersIn(role.trust, holder);
  const isNamed = sharedRoles.some((name) => name.toLowerCase() === role.name.toLowerCase());
  if (others.length === 0 || isNamed) return givable(arn);
  throw roleShared(role, holder, others, {
    advice: "They would get the same permissions. To allow that, add this flag:",
    flags: flag("--allow-shared-role", role.name),
  });
}

/**
 * Accepts a role for adoption only if it allows the ServiceAccount and nobody else.
 * @param aside statements that do not count: who uses the role by them has been looked up
 * @throws Failure `role-shared`
 */
export function adoptableRole(
  role: Pick<Role, "name" | "arn" | "trust">,
  holder: Holder,
  aside: readonly Statement[] = [],
): ChangeableRole {
  const statements = listOf(role.trust.Statement).filter((one) => !aside.includes(one));
  const others = othersIn({ ...role.trust, Statement: statements }, holder);
  if (others.length === 0) return changeable(role);
  throw roleShared(role, holder, others, {
    advice: "Changes to it would affect all of them. It can be used unchanged",
  });
}

/** How many of those who share a role are named. */
const NAMED = 10;

/** The refusal to change a role for one ServiceAccount that others assume too. */
function roleShared(
  role: Pick<Role, "name" | "arn">,
  { byPodIdentity: { serviceAccount } }: Holder,
  others: readonly string[],
  detail: FailureDetail,
): Failure {
  const more = others.length > NAMED ? [["…", `and ${others.length - NAMED} more`] as const] : [];
  const message = `role '${role.name}' is not only for ${serviceAccountPath(serviceAccount)}`;
  return new Failure("refused", "role-shared", message, {
    facts: [
      ["role", role.arn],
      ...others.slice(0, NAMED).map((other) => ["also allows", other] as const),
      ...more,
    ],
    ...detail,
  });
}

function allOthers(
  whole: PolicyDocument,
  { byToken: grant, byPodIdentity, byTargetRole }: Holder,
): readonly Other[] {
  const own = new Set([
    ...soleStatements(whole, byPodIdentity),
    ...(byTargetRole === undefined ? [] : soleStatements(whole, byTargetRole)),
  ]);
  const trust = { ...whole, Statement: listOf(whole.Statement).filter((one) => !own.has(one)) };
  const named = listOf(trust.Statement)
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap((statement) => othersOf(statement, grant));
  const isEveryone = named.some(({ probe }) => probe !== undefined) && mayAssume(trust, grant, NOBODY);
  const told = isEveryone
    ? [stranger(EVERYONE), ...named.filter(({ probe }) => probe === undefined)]
    : named.filter(({ probe }) => probe === undefined || mayAssume(trust, grant, probe));
  const near = isEveryone ? [] : neighbors(trust, grant, told);
  return [...new Map([...told, ...near].map((other) => [other.who, other])).values()];
}

/** Whether the whole trust policy allows the subject, or may: a Deny counts, and what an operator makes of its value. */
function mayAssume(trust: PolicyDocument, grant: WebIdentityGrant, subject: string): boolean {
  const steps = new Steps();
  const cost = stepsOf(readTrust(trust));
  const allowed = unlessTooComplex(() =>
    [...audiencesIn(trust, grant), FOREIGN_AUDIENCE].some((audience) => {
      steps.spend(cost);
      return evaluateGrant(trust, { ...grant, subject, audience }).verdict !== "deny";
    }),
  );
  // What can't be judged is not denied.
  return allowed !== false;
}

/** Similar ServiceAccounts that the trust policy allows. */
function neighbors(trust: PolicyDocument, grant: WebIdentityGrant, told: readonly Other[]): readonly Other[] {
  const found = nearSubjects(trust, grant);
  // What can't be judged is not the ServiceAccount's alone.
  if (found === "too-complex") return [stranger("unknown: the trust policy is too complex to evaluate")];
  if (mayAssume(trust, grant, NOBODY)) return [stranger(EVERYONE)];
  // Those that a value names in full, or by a wildcard, are told by that value.
  return found
    .filter((subject) => !told.some((other) => names(other, subject)))
    .map((subject) => stranger(serviceAccountOf(subject)));
}

/** Subjects near the grant's own, with every audience that the trust policy speaks of, and one that it does not. */
function nearSubjects(trust: PolicyDocument, grant: WebIdentityGrant): readonly string[] | "too-complex" {
  const steps = new Steps();
  const cost = NEIGHBORS * stepsOf(readTrust(trust));
  return unlessTooComplex(() =>
    [...audiencesIn(trust, grant), FOREIGN_AUDIENCE].flatMap((audience) => {
      steps.spend(cost);
      return neighborsIn(trust, { ...grant, audience });
    }),
  );
}

/** It stands for any audience that a condition excludes by none of its values, as with StringNotEquals. */
const FOREIGN_AUDIENCE = "irsa-stranger";

/** How many neighbors are tried for one audience. */
const NEIGHBORS = 8;

/** A subject that no condition can mean: it stands for all ServiceAccounts that nothing names. */
const NOBODY = "system:serviceaccount:irsa-stranger:irsa-stranger";
const EVERYONE = "every ServiceAccount in the cluster";

function stranger(who: string): Other {
  return { who, isNamesake: false };
}

function names({ value }: Other, subject: string): boolean {
  return value !== undefined && matchesWildcard(value, subject);
}

function othersOf(statement: Statement, grant: WebIdentityGrant): Other[] {
  const { Principal: principal } = statement;
  if (typeof principal !== "object" || principal === null) return [stranger("anyone")];
  return Object.entries(principal).flatMap(([kind, values]) =>
    listOf(values).flatMap((value) => {
      if (kind === "Service" && value === PODS_SERVICE) return [stranger(podsOf(statement))];
      if (kind !== "Federated") return [stranger(value)];
      if (value === grant.providerArn) return otherSubjects(statement, grant);
      const issuer = issuerIn(value);
      const isNamesake = isFor(statement, { ...grant, providerArn: value, issuerHostPath: issuer });
      const whose = isNamesake ? serviceAccountOf(grant.subject) : "tokens";
      return [{ who: `${whose} of ${issuer}`, isNamesake }];
    }),
  );
}

/** Whose pods a statement for Pod Identity allows, as it names them. */
function podsOf(statement: Statement): string {
  const named = taggedServiceAccount(statement);
  return named === undefined
    ? "every Pod Identity association that has this role"
    : `${serviceAccountPath(named)} by Pod Identity`;
}

/** True if the statement allows exactly this subject, by name. */
function isFor(statement: Statement, grant: WebIdentityGrant): boolean {
  const alone = trustPolicy([{ ...statement, Principal: { Federated: grant.providerArn } }]);
  const near = nearSubjects(alone, grant);
  // What can't be judged is not for the subject alone.
  return near !== "too-complex" && near.length === 0 && otherSubjects(statement, grant).length === 0;
}

function otherSubjects({ Condition: condition = {} }: Statement, grant: WebIdentityGrant): Other[] {
  const key = `${grant.issuerHostPath}:sub`.toLowerCase();
  const subjects = Object.values(condition)
    .flatMap((keys) => Object.entries(keys))
    .filter(([name]) => name.toLowerCase() === key)
    .flatMap(([, values]) => listOf(values).map(String));
  if (subjects.length === 0) return [{ ...stranger(EVERYONE), probe: NOBODY }];
  return subjects
    .filter((value) => value.toLowerCase() !== grant.subject)
    .map((value) => ({ ...stranger(serviceAccountOf(value)), value, probe: value.replaceAll(/[*?]/g, "x") }));
}

/** `shop/cart` of `system:serviceaccount:shop:cart`; patterns too. */
function serviceAccountOf(subject: string): string {
  return subject.replace(/^system:serviceaccount:([^:]*):/, "$1/");
}

/** The issuer of an OIDC provider; other providers by their whole name. */
function issuerIn(provider: string): string {
  return provider.replace(/.*:oidc-provider\//, "");
}
