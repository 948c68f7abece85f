import type { EksAuthPort, ExchangeAnswer, StsPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import { valueOf, type Known } from "../model/known.ts";
import { isSessionOf, type RoleArn } from "../model/arn.ts";
import { isFailure } from "../model/failure.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { sleep } from "../model/sleep.ts";
import { PODS_SERVICE } from "../model/trust-policy/pod-identity-request.ts";

/** What to prove: STS exchanges a token of the ServiceAccount, with this audience, for credentials of the role. */
export interface Claim {
  readonly serviceAccount: ServiceAccountRef;
  readonly audience: string;
  readonly role: RoleArn;
}

/**
 * The same by Pod Identity: EKS exchanges a pod's token for credentials of the role that the ServiceAccount is associated with, or of
 * its target role.
 */
export interface PodIdentityClaim {
  readonly serviceAccount: ServiceAccountRef;
  /** The cluster's name. */
  readonly cluster: string;
  /** A pod that runs with the ServiceAccount: EKS accepts no token that is not bound to one. */
  readonly pod: string;
  /** The role that the credentials are to be of: EKS may still know an earlier association, and is tried again. */
  readonly role?: RoleArn | undefined;
}

/** The proof's outcome; `tries` counts exchanges. */
export type Proof =
  | {
      readonly state: "accepted";
      readonly tries: number;
      readonly milliseconds: number;
      readonly assumedRoleArn: string;
    }
  | {
      readonly state: "refused";
      readonly tries: number;
      readonly milliseconds: number;
      readonly code: string;
      readonly message: string;
      /** The role's trust policy no longer allows the ServiceAccount: STS is right. */
      readonly trust?: "lost";
    }
  /** It could not be tried: listing the pods, creating a token, or calling EKS Auth, is not permitted. */
  | {
      readonly state: "not-permitted";
      readonly lacks: "pods" | "token" | "exchange";
      readonly reason: string;
    };

/** How long the proof is tried, and who is told. */
export interface ProofOptions {
  /** How long a refusal may be IAM still propagating the change, in milliseconds. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
  readonly onTry?: (tries: number, answer: ExchangeAnswer) => void;
  /** Reads whether the role's trust policy still allows the ServiceAccount: it may have been overwritten. */
  readonly isTrusted?: () => Promise<Known<boolean>>;
}

/** The shortest token that the API server gives, in seconds. */
const TOKEN_SECONDS = 600;
/** How long one is used: a minute less. */
const TOKEN_REUSE_MS = (TOKEN_SECONDS - 60) * 1000;
const SESSION_NAME = "irsa-proof";
const PAUSE_MS = { first: 250, most: 5_000 };
/** How often the trust policy is read while STS refuses, and how long it must lack the ServiceAccount: reads may lag, too. */
const TRUST_MS = { every: 5_000, lost: 10_000 };

/**
 * Exchanges a token at STS until it is accepted or time runs out: IAM needs seconds, sometimes half a minute, to
 * propagate a change. Errors that waiting can't fix end it immediately.
 */
export function prove(
  { serviceAccount, audience, role }: Claim,
  { kubernetes, sts }: { readonly kubernetes: KubernetesPort; readonly sts: StsPort },
  options: ProofOptions,
): Promise<Proof> {
  const exchange: Exchange = {
    freshToken: tokenSource(kubernetes, serviceAccount, audience),
    send: (token) => sts.assumeWithToken({ role, token, sessionName: SESSION_NAME }),
    mayPass: (code) => MAY_PASS_AT_STS.has(code),
  };
  return exchangeUntil(exchange, options);
}

/**
 * Exchanges a pod's token as the agent on its node does, and as patiently. The role can't be limited to nothing meanwhile, as STS can
 * limit it: the credentials are dropped where they arrive. If they stay those of another role than the claim's, the last answer is
 * accepted all the same: whoever asked for a role compares.
 */
export async function provePodIdentity(
  { serviceAccount, cluster, pod, role }: PodIdentityClaim,
  { kubernetes, eksAuth }: { readonly kubernetes: KubernetesPort; readonly eksAuth: EksAuthPort },
  options: ProofOptions,
): Promise<Proof> {
  const exchange: Exchange = {
    freshToken: tokenSource(kubernetes, serviceAccount, PODS_SERVICE, pod),
    send: (token) => eksAuth.assumeRoleForPodIdentity({ cluster, token }),
    mayPass: (code) => MAY_PASS_AT_EKS.has(code),
    ...(role !== undefined && { isOld: (assumed) => !isSessionOf(assumed, role) }),
  };
  try {
    return await exchangeUntil(exchange, options);
  } catch (error) {
    if (isFailure(error, "access-denied"))
      return { state: "not-permitted", lacks: "exchange", reason: error.message };
    throw error;
  }
}

/** What differs between the ways: which token is brought, to whom, and which refusals may pass by themselves. */
interface Exchange {
  readonly freshToken: () => Promise<Token>;
  readonly send: (token: string) => Promise<ExchangeAnswer>;
  readonly mayPass: (code: string) => boolean;
  /** True if the role of the session is one that a change has not reached yet. */
  readonly isOld?: (assumedRoleArn: string) => boolean;
}

async function exchangeUntil(
  { freshToken, send, mayPass, isOld }: Exchange,
  { patienceMs, signal, onTry, isTrusted }: ProofOptions,
): Promise<Proof> {
  const begun = performance.now();
  const trust = trustWatch(isTrusted);
  let pause = nextPause();
  for (let tries = 1; ; tries++) {
    const token = await freshToken();
    if (token.text === undefined) return { state: "not-permitted", lacks: "token", reason: token.reason };
    const answer = await send(token.text);
    const milliseconds = performance.now() - begun;
    onTry?.(tries, answer);
    const over = milliseconds + pause > patienceMs || signal?.aborted === true;
    if (answer.accepted && (over || isOld?.(answer.assumedRoleArn) !== true))
      return { state: "accepted", tries, milliseconds, assumedRoleArn: answer.assumedRoleArn };
    const isLost = !answer.accepted && (await trust.isLost(milliseconds, over));
    if (!answer.accepted && (over || isLost || !mayPass(answer.code))) {
      const { code, message } = answer;
      return { state: "refused", tries, milliseconds, code, message, ...(isLost && { trust: "lost" }) };
    }
    await sleep(pause, signal);
    pause = nextPause(pause);
  }
}

/** How long to wait before the next try. */
export function nextPause(last?: number): number {
  return last === undefined ? PAUSE_MS.first : Math.min(last * 1.6, PAUSE_MS.most);
}

/** Reads the trust policy now and then, and always before giving up. */
function trustWatch(isTrusted: ProofOptions["isTrusted"]): {
  readonly isLost: (milliseconds: number, isLast: boolean) => Promise<boolean>;
} {
  let next = TRUST_MS.every;
  let lacksSince: number | undefined;
  return {
    async isLost(milliseconds, isLast) {
      if (isTrusted === undefined || (milliseconds < next && !isLast)) return false;
      next = milliseconds + TRUST_MS.every;
      if (valueOf(await isTrusted()) !== false) {
        lacksSince = undefined;
        return false;
      }
      lacksSince ??= milliseconds;
      return isLast || milliseconds - lacksSince >= TRUST_MS.lost;
    },
  };
}

/** Reuses a token while it is valid, then requests another: the wait may outlast a token. */
function tokenSource(
  api: KubernetesPort,
  serviceAccount: ServiceAccountRef,
  audience: string,
  pod?: string,
): () => Promise<Token> {
  let last: { readonly token: Token; readonly at: number } | undefined;
  return async () => {
    const now = performance.now();
    if (last === undefined || now - last.at > TOKEN_REUSE_MS)
      last = { token: await tokenIfPermitted(api, serviceAccount, audience, pod), at: now };
    return last.token;
  };
}

type Token = { readonly text: string } | { readonly text: undefined; readonly reason: string };

async function tokenIfPermitted(
  api: KubernetesPort,
  serviceAccount: ServiceAccountRef,
  audience: string,
  pod: string | undefined,
): Promise<Token> {
  const bound = pod === undefined ? [] : ([pod] as const);
  try {
    return { text: await api.requestToken(serviceAccount, audience, TOKEN_SECONDS, ...bound) };
  } catch (error) {
    if (isFailure(error, "forbidden")) return { text: undefined, reason: error.message };
    throw error;
  }
}

/** STS errors that a change still propagating can explain, or throttling. */
const MAY_PASS_AT_STS: ReadonlySet<string> = new Set([
  "AccessDenied",
  "InvalidIdentityToken",
  "IDPCommunicationError",
  "Throttling",
]);

/** The same of EKS Auth, which learns of new associations within seconds. */
const MAY_PASS_AT_EKS: ReadonlySet<string> = new Set(["AccessDenied", "ResourceNotFound", "Throttling"]);
