import { evaluateTrust } from "../../model/trust-policy/evaluate.ts";
import { webIdentityRequest } from "../../model/trust-policy/request.ts";
import type { ProviderArn } from "../../model/arn.ts";
import type { LinkFinding, LinkResult } from "../chain.ts";
import { grantOf, isElsewhere } from "../facts.ts";
import type { Observed } from "../observed.ts";
import { advice, broken, fault, pass, skipped, unknown, unseen } from "../result.ts";
import { valueOf } from "../../model/known.ts";
import { isNoProvider, triage } from "../triage.ts";

/** STS accepts a token of the ServiceAccount for the role. */
export function checkSts(observed: Observed): LinkResult {
  const { proof } = observed;
  if (proof.state === "unknown") return unseen(proof.failure);
  if (proof.state === "unasked") return skipped("not tried");
  const outcome = proof.value;
  switch (outcome.state) {
    case "accepted":
      return pass("accepts a token of the ServiceAccount");
    case "not-permitted":
      return unknown("not tried: no token could be requested");
    case "refused":
      return refused(observed, outcome);
  }
}

/** STS's answer if an earlier link is broken: usually it agrees. */
export function skippedSts({ proof }: Observed): LinkResult | undefined {
  const outcome = valueOf(proof);
  if (outcome?.state === "refused") return skipped(`agrees: ${outcome.code}: ${outcome.message}`);
  return outcome?.state === "accepted"
    ? skipped("still accepts a token of the ServiceAccount: IAM propagates changes within some seconds")
    : undefined;
}

function refused(
  observed: Observed,
  answer: { readonly code: string; readonly message: string },
): LinkResult {
  const says = `${answer.code}: ${answer.message}`;
  const meaning = triage(answer);
  if (meaning === "transient") return unknown(`STS gave no clear answer: ${says}`);
  if (answer.code === "AccessDenied" && isConditional(observed))
    return unknown(
      "STS denies a token from this machine; the trust policy has conditions that only the pod's network may meet",
    );
  const found = isNoProvider(answer) ? providerFound(observed) : undefined;
  if (found !== undefined) return broken(unseenProvider(observed, found, says));
  return broken(fault(meaning.code, meaning.message, { "STS says": says }, advice(meaning.advice)));
}

/** The provider, if IAM has the one that STS does not find, and it accepts the ServiceAccount's tokens. */
function providerFound(observed: Observed): ProviderArn | undefined {
  const provider = valueOf(observed.provider);
  const audience = grantOf(observed)?.audience;
  if (provider === undefined || audience === undefined || isElsewhere(observed)) return undefined;
  return provider.clientIds.includes(audience) ? provider.arn : undefined;
}

/** Two causes look the same from here: an STS region that is not active says so of every provider. */
function unseenProvider(observed: Observed, provider: ProviderArn, says: string): LinkFinding {
  const region = valueOf(observed.cluster)?.region ?? "of the cluster";
  const message = `STS in region ${region} found no OIDC provider for the token's issuer, although IAM has it: STS may not be active in the region, or the provider is new`;
  const evidence = { "STS says": says, provider };
  const fix = `A new provider takes some seconds to propagate: verify again. If it persists, activate STS in region ${region} in the IAM console, under Account settings (row A9)`;
  return fault("sts-refuses", message, evidence, advice(fix));
}

/** True if the trust policy has conditions that can't be evaluated here. */
function isConditional(observed: Observed): boolean {
  const grant = grantOf(observed);
  const role = valueOf(observed.role)?.role;
  if (grant === undefined || role === undefined) return false;
  return evaluateTrust(role.trust, webIdentityRequest(grant)).verdict === "conditional";
}
