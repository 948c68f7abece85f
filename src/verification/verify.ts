import type { AwsPort, EksAuthPort, StsPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import { annotatedArn, audienceOf, hasEmptyAudience } from "../model/service-account-facts.ts";
import type { ChainReport, Subject } from "./chain.ts";
import { roleArnOf, serviceAccountOf, targetRoleArnOf } from "./facts.ts";
import { isSoundSoFar, judgeChain } from "./judge.ts";
import { observeChain } from "./observe.ts";
import type { Observed } from "./observed.ts";
import { wayOf } from "./choose-way.ts";
import { prove, provePodIdentity, type Claim, type Proof, type ProofOptions } from "./proof.ts";
import { listed, look, known, valueOf } from "../model/known.ts";
import type { Sources } from "./sources.ts";

/** How the token exchange is tried. */
export interface VerifyOptions {
  /** How long a refusal may be IAM still propagating a change, if all else is correct; in milliseconds. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
  /** An earlier exchange that still holds, by IRSA: another is not tried. */
  readonly kept?: Exchanged;
}

/** The result of a token exchange. */
export type Exchanged = Pick<Observed, "token" | "proof">;

/** A chain's report, and what was read for it. */
export interface Verified {
  readonly report: ChainReport;
  readonly observed: Observed;
}

/** Reads a chain, tries a token, and checks every link. */
export async function verifyChain(
  subject: Subject,
  sources: Sources,
  { patienceMs, signal, kept }: VerifyOptions,
): Promise<Verified> {
  const observed = await observeChain(subject, sources);
  if (kept !== undefined && wayOf(observed) === "irsa" && claimOf(observed) !== undefined)
    return withExchange(observed, kept);
  const api = valueOf(sources.kubernetes);
  const exchange = api && exchangeOf(observed, sources.aws, api);
  if (exchange === undefined) return { report: judgeChain(observed), observed };
  const patience = isSoundSoFar(judgeChain(observed)) ? patienceMs : 0;
  const options = { patienceMs: patience, ...(signal !== undefined && { signal }) };
  return withExchange(observed, await tryToken(exchange, options));
}

function withExchange(observed: Observed, exchanged: Exchanged): Verified {
  const proved = { ...observed, ...exchanged };
  return { report: judgeChain(proved), observed: proved };
}

/** Tries a token by the way that the pods take; calls back once it has one. */
type TryExchange = (onToken: () => void, options: ProofOptions) => Promise<Proof>;

function exchangeOf(observed: Observed, aws: AwsPort, kubernetes: KubernetesPort): TryExchange | undefined {
  return wayOf(observed) === "irsa"
    ? irsaExchange(observed, aws.sts, kubernetes)
    : podIdentityExchange(observed, aws.eksAuth, kubernetes);
}

function irsaExchange(observed: Observed, sts: StsPort, kubernetes: KubernetesPort): TryExchange | undefined {
  const claim = claimOf(observed);
  if (claim === undefined) return undefined;
  return (onToken, options) => {
    const noting: StsPort = {
      ...sts,
      assumeWithToken: (exchange) => {
        onToken();
        return sts.assumeWithToken(exchange);
      },
    };
    return prove(claim, { kubernetes, sts: noting }, options);
  };
}

/** A token needs a pod that runs: without one there is nothing to try. */
function podIdentityExchange(
  observed: Observed,
  eksAuth: EksAuthPort,
  kubernetes: KubernetesPort,
): TryExchange | undefined {
  const serviceAccount = serviceAccountOf(observed)?.ref;
  const cluster = valueOf(observed.cluster)?.name;
  const pod = listed(observed.pods).find(({ phase }) => phase === "Running")?.name;
  const role = targetRoleArnOf(observed) ?? roleArnOf(observed);
  if (serviceAccount === undefined || cluster === undefined || pod === undefined) return undefined;
  return (onToken, options) => {
    const noting: EksAuthPort = {
      assumeRoleForPodIdentity: (exchange) => {
        onToken();
        return eksAuth.assumeRoleForPodIdentity(exchange);
      },
    };
    const claim = { serviceAccount, cluster, pod, role };
    return provePodIdentity(claim, { kubernetes, eksAuth: noting }, options);
  };
}

/** What a pod would present to STS, if the ServiceAccount has a role and a usable audience. */
function claimOf(observed: Observed): Claim | undefined {
  const serviceAccount = serviceAccountOf(observed);
  const role = annotatedArn(serviceAccount);
  if (serviceAccount === undefined || role === undefined || hasEmptyAudience(serviceAccount))
    return undefined;
  return { serviceAccount: serviceAccount.ref, audience: audienceOf(serviceAccount), role };
}

/** A failure is recorded for the token or for the exchange. */
async function tryToken(exchange: TryExchange, options: ProofOptions): Promise<Exchanged> {
  let had = false;
  const proof = await look(() => exchange(() => (had = true), options));
  return { proof, token: had || proof.state !== "unknown" ? known(true) : proof };
}
