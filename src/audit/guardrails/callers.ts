import { splitArn, type ProviderArn } from "../../model/arn.ts";
import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import { verdictOf } from "../../model/trust-policy/evaluate.ts";
import { readTrust, type TrustStatement } from "../../model/trust-policy/read.ts";
import { issuerOf, webIdentityRequest, type TrustRequest } from "../../model/trust-policy/request.ts";
import { Steps, stepsOf } from "../../model/trust-policy/steps.ts";
import { NOBODY } from "../trust-probe.ts";
import { allowedValues } from "./subjects.ts";

/** Someone whom a role's trust policy allows. */
export interface Caller {
  readonly issuer: string;
  /** A subject, or a value with wildcards that the request's subject stands for. */
  readonly subject: string;
  readonly request: TrustRequest;
}

/**
 * Everyone whom a trust policy allows by web identity, as far as its values tell: one for each value.
 * @throws TooComplex if judging them takes more steps than there are for a role
 */
export function callersOf(document: unknown, providers: readonly ProviderArn[]): readonly Caller[] {
  const trust = readTrust(document);
  const steps = new Steps();
  const cost = stepsOf(trust);
  const isAllowed = (request: TrustRequest): boolean => {
    steps.spend(cost);
    return verdictOf(trust, request) !== "deny";
  };
  return providersIn(trust, providers).flatMap((id) => {
    const issuer = splitArn(id) === undefined ? id : issuerOf(id);
    const subjects = [
      ...allowedValues(trust, issuer).map(({ value, wildcards }) => ({
        subject: value,
        witness: wildcards ? value.replaceAll(/[*?]/g, "x") : value,
      })),
      { subject: "*", witness: NOBODY },
    ];
    return subjects.flatMap(({ subject, witness }) => {
      const found = audiencesIn(trust, issuer)
        .map((audience) =>
          webIdentityRequest({ providerArn: id, issuerHostPath: issuer, subject: witness, audience }),
        )
        .find(isAllowed);
      return found === undefined ? [] : [{ issuer, subject, request: found }];
    });
  });
}

/** False for a trust policy with something that could allow others than those whom its values name. */
export function areCallersKnown(document: unknown): boolean {
  return readTrust(document).every(
    ({ effect, principal, unreadable, conditions }) =>
      effect === "Deny" ||
      (effect === "Allow" &&
        unreadable.length === 0 &&
        !principal.negated &&
        conditions.every(
          ({ expected, variables }) => !variables || !expected.some((one) => /\$\{/.test(one)),
        )),
  );
}

/** The providers that Allow statements name; all where one names everyone. */
function providersIn(trust: readonly TrustStatement[], providers: readonly ProviderArn[]): readonly string[] {
  const named = trust.flatMap(({ effect, principal: { items, negated } }): readonly string[] => {
    if (effect !== "Allow") return [];
    if (negated || items === "unreadable") return providers;
    return items.flatMap(({ type, id }): readonly string[] => {
      if (id === "*" && type !== "Service") return providers;
      return type === "Federated" && !id.includes(":saml-provider/") ? [id] : [];
    });
  });
  return [...new Set(named)].toSorted();
}

function audiencesIn(trust: readonly TrustStatement[], issuer: string): readonly string[] {
  const key = `${issuer}:aud`.toLowerCase();
  const values = trust
    .flatMap(({ conditions }) => conditions)
    .filter((condition) => condition.key.toLowerCase() === key)
    .flatMap(({ expected }) => expected.map((value) => value.replaceAll(/[*?]/g, "x")));
  return [...new Set([DEFAULT_AUDIENCE, ...values])];
}
