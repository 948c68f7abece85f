import type { StsPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import { annotatedArn, audienceOf, hasEmptyAudience } from "../model/service-account-facts.ts";
import type { ChainReport, Subject } from "./chain.ts";
import { serviceAccountOf } from "./facts.ts";
import { isSoundSoFar, judgeChain } from "./judge.ts";
import { observeChain } from "./observe.ts";
import type { Observed } from "./observed.ts";
import { prove, type Claim } from "./proof.ts";
import { look, known, valueOf } from "../model/known.ts";
import type { Sources } from "./sources.ts";

/** How the token exchange is tried. */
export interface VerifyOptions {
  /** How long a refusal may be IAM still propagating a change, if all else is correct; in milliseconds. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
}

/** A chain's report, and what was read for it. */
export interface Verified {
  readonly report: ChainReport;
  readonly observed: Observed;
}

/** Reads a chain, tries a token, and checks every link. */
export async function verifyChain(
  subject: Subject,
  sources: Sources,
  { patienceMs, signal }: VerifyOptions,
): Promise<Verified> {
  const observed = await observeChain(subject, sources);
  const claim = claimOf(observed);
  const api = valueOf(sources.kubernetes);
  if (claim === undefined || api === undefined) return { report: judgeChain(observed), observed };
  const patience = isSoundSoFar(judgeChain(observed)) ? patienceMs : 0;
  const options = { patienceMs: patience, ...(signal !== undefined && { signal }) };
  const trial = await tryToken(claim, { kubernetes: api, sts: sources.aws.sts }, options);
  const proved = { ...observed, ...trial };
  return { report: judgeChain(proved), observed: proved };
}

/** What a pod would present to STS, if the ServiceAccount has a role and a usable audience. */
function claimOf(observed: Observed): Claim | undefined {
  const serviceAccount = serviceAccountOf(observed);
  const role = annotatedArn(serviceAccount);
  if (serviceAccount === undefined || role === undefined || hasEmptyAudience(serviceAccount))
    return undefined;
  return { serviceAccount: serviceAccount.ref, audience: audienceOf(serviceAccount), role };
}

/** Tries a token at STS; a failure is recorded for the token or for the exchange. */
async function tryToken(
  claim: Claim,
  { kubernetes, sts }: { readonly kubernetes: KubernetesPort; readonly sts: StsPort },
  options: VerifyOptions,
): Promise<Pick<Observed, "token" | "proof">> {
  let had = false;
  const noting: StsPort = {
    ...sts,
    assumeWithToken: (exchange) => {
      had = true;
      return sts.assumeWithToken(exchange);
    },
  };
  const proof = await look(() => prove(claim, { kubernetes, sts: noting }, options));
  return { proof, token: had || proof.state !== "unknown" ? known(true) : proof };
}
