import type { PolicyDocument } from "./document.ts";
import { evaluateTrust } from "./evaluate.ts";
import { grantStatements, trustPolicy, type Grant } from "./grant.ts";
import { webIdentityRequest } from "./request.ts";

/** Why a trust policy must not be written as it is. */
export type GrantProblem =
  /** The policy holds no statement of ours for this provider and subject. */
  | { readonly code: "missing" }
  /** The ServiceAccount does not get in; with `explicit`, since some Deny keeps it out. */
  | { readonly code: "refused"; readonly explicit: boolean }
  /** Whether the ServiceAccount is allowed depends on these condition keys. */
  | { readonly code: "unproven"; readonly unknownKeys: readonly string[] }
  /** Our statement would allow a caller with this value of `what`. */
  | { readonly code: "too-wide"; readonly what: Probe["what"]; readonly value: string };

/** A caller who differs from the one that the grant is for in one thing. */
export interface Probe {
  readonly what: "namespace" | "service-account" | "audience" | "provider";
  readonly value: string;
  readonly caller: Grant;
}

/**
 * Verifies with the evaluator, immediately before a trust policy is written, that it allows the ServiceAccount, and
 * that our statement in it allows no other namespace, ServiceAccount name, audience or cluster. An empty list means
 * verified.
 */
export function judgeGrant(document: PolicyDocument, grant: Grant): readonly GrantProblem[] {
  const ours = grantStatements(document, grant);
  return [
    ...(ours.length === 0 ? [{ code: "missing" } as const] : []),
    ...judgeEntry(document, grant),
    ...strangers(grant).flatMap((probe) => judgeStranger(trustPolicy(ours), probe)),
  ];
}

/**
 * Similar ServiceAccounts that the whole trust policy allows too, or may allow; an empty list proves nothing about
 * ServiceAccounts that it names.
 */
export function neighborsIn(document: PolicyDocument, grant: Grant): readonly string[] {
  const serviceAccounts = strangers(grant).filter(
    ({ what }) => what === "namespace" || what === "service-account",
  );
  return serviceAccounts.flatMap((probe) =>
    judgeStranger(document, probe).length === 0 ? [] : [probe.caller.subject],
  );
}

function judgeEntry(document: PolicyDocument, grant: Grant): readonly GrantProblem[] {
  const { verdict, explicit, unknownKeys } = evaluateTrust(document, webIdentityRequest(grant));
  if (verdict === "allow") return [];
  return [verdict === "deny" ? { code: "refused", explicit } : { code: "unproven", unknownKeys }];
}

function judgeStranger(ours: PolicyDocument, { what, value, caller }: Probe): readonly GrantProblem[] {
  const { verdict } = evaluateTrust(ours, webIdentityRequest(caller));
  return verdict === "deny" ? [] : [{ code: "too-wide", what, value }];
}

/** Callers near enough that a wildcard, a prefix match or a forgotten condition would allow them. */
export function strangers(grant: Grant): readonly Probe[] {
  const { subject, audience, issuerHostPath, providerArn } = grant;
  const [awsAccount = "", namespace = "", ...head] = subject.split(":").toReversed();
  const subjectOf = (...parts: readonly string[]) => [...head.toReversed(), ...parts].join(":");
  return [
    ...near(namespace).map((value) => probe("namespace", value, { subject: subjectOf(value, awsAccount) })),
    ...near(awsAccount).map((value) =>
      probe("service-account", value, { subject: subjectOf(namespace, value) }),
    ),
    ...near(audience).map((value) => probe("audience", value, { audience: value })),
    probe("provider", `${providerArn}0`, {
      providerArn: `${providerArn}0`,
      issuerHostPath: `${issuerHostPath}0`,
    }),
  ];

  function probe(what: Probe["what"], value: string, difference: Partial<Grant>): Probe {
    return { what, value, caller: { ...grant, ...difference } };
  }
}

function near(name: string): readonly string[] {
  return [`${name}0`, `0${name}`, name.slice(0, -1), name === "other" ? "another" : "other"];
}
