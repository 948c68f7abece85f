import { valueOf } from "../model/known.ts";
import { isApiAudience } from "../model/api-audience.ts";
import type { Change } from "../model/change.ts";
import { clientIdWords } from "../model/client-id-words.ts";
import { Failure } from "../model/failure.ts";
import { DEFAULT_AUDIENCE, hostPath } from "../model/issuer.ts";
import { isAmong } from "../model/is-among.ts";
import type { FromOperator } from "../model/source.ts";
import type { Note } from "../model/plan.ts";
import { associateWords } from "../model/cluster-flags.ts";
import { listOf } from "../model/trust-policy/document.ts";
import { conditions } from "../model/trust-policy/rename-issuer.ts";
import { toList } from "../model/trust-policy/shape.ts";
import type { ObservedAssociation } from "../oidc-association/observe.ts";
import { planAssociation } from "../oidc-association/plan.ts";
import {
  associationPart,
  isElsewhere,
  type AssociationTerms,
} from "../service-account/create/association.ts";
import type { Move } from "./move.ts";
import type { NewProvider, ObservedMove } from "./observe.ts";
import type { MoveRow } from "./rows.ts";

/** Whether the new issuer's provider may be made on the way, and the flags that lead to its cluster. */
export interface ProviderTerms extends AssociationTerms {
  /** Audiences that it is to accept beside the default (`--audience`). */
  readonly audiences?: readonly FromOperator<string>[];
}

/**
 * What the new issuer's provider needs, so that what trusts it can be used: to be there, with the default audience and
 * those that were asked for. What trust policies ask for beyond that is told: whoever may edit one does not decide what
 * IAM accepts.
 * @throws Failure `provider-missing`
 */
export function planProvider(
  { move, newProvider, oldProvider }: ObservedMove,
  rows: readonly MoveRow[],
  terms: ProviderTerms,
): { readonly changes: readonly Change[]; readonly notes: readonly Note[] } {
  if (rows.length === 0) return { changes: [], notes: [] };
  const { provider } = newProvider;
  const accepted = valueOf(oldProvider)?.clientIds;
  const asked = audiencesOf(rows, move).filter(
    // What the old one does not accept allowed nobody, and would with the new one.
    (one) => accepted === undefined || accepted.includes(one),
  );
  if (isAssociation(newProvider) && (provider === undefined || terms.associate)) {
    if (provider === undefined)
      associationPart(terms, newProvider, { from: "operator", value: DEFAULT_AUDIENCE });
    const audiences = [DEFAULT_AUDIENCE, ...(terms.audiences ?? [])] as const;
    const planned = planAssociation({ audiences, tags: {}, thumbprints: [] }, newProvider);
    const accepted = [...audiences, ...(provider?.clientIds ?? [])];
    const left = asked.filter((one) => !isAmong(one, accepted));
    return { ...planned, notes: [...planned.notes, ...left.map((one) => audienceNote(one, move, terms))] };
  }
  if (provider === undefined) throw providerMissing(move);
  const missing = asked.filter((one) => !provider.clientIds.includes(one));
  return { changes: [], notes: missing.map((audience) => audienceNote(audience, move, terms)) };
}

function isAssociation(provider: NewProvider): provider is ObservedAssociation {
  return provider.cluster !== undefined;
}

/** The audiences of the new issuer's tokens that the trust policies will allow. */
function audiencesOf(rows: readonly MoveRow[], { to }: Move): readonly string[] {
  const key = `${hostPath(to.issuer)}:aud`.toLowerCase();
  const named = rows
    .filter((row) => row.state === "planned")
    .flatMap(({ trust }) => listOf(trust.Statement))
    .filter(({ Effect: effect }) => effect === "Allow")
    .flatMap(conditions)
    .filter(([operator, name]) => name.toLowerCase() === key && !/Not|Null/i.test(operator))
    .flatMap(([, , values]) => toList(values))
    .filter((value) => typeof value === "string");
  return [...new Set(named)].filter((value) => !/[*?$]/.test(value)).toSorted();
}

function providerMissing({ to }: Move): Failure {
  return new Failure("refused", "provider-missing", "the new issuer has no identity provider in IAM yet", {
    facts: [
      ["issuer", to.issuer],
      ["provider", to.provider],
    ],
    advice:
      "Its pods could not assume any of the roles. Pass the cluster instead of its issuer (--to CLUSTER), with --associate-oidc to create the provider",
  });
}

function audienceNote(audience: string, { to }: Move, { clusterFlags }: ProviderTerms): Note {
  const what = `the new issuer's provider does not accept the audience '${audience}' that roles require`;
  const command =
    to.cluster === undefined || isElsewhere(to.cluster)
      ? clientIdWords("add-client-id-to", to.provider, audience)
      : associateWords(clusterFlags, audience);
  const isApis = isApiAudience(audience, to.cluster) || isApiAudience(audience, { issuer: to.issuer });
  const warning = { level: "warning", code: "audience-missing" } as const;
  if (isApis)
    return {
      ...warning,
      message: `${what}: it belongs to the Kubernetes API server, and IAM must not accept it; fix their trust policies`,
    };
  return { ...warning, message: `${what}. To add it:`, command };
}
