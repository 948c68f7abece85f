import { setTimeout as sleep } from "node:timers/promises";
import {
  AwsError,
  isWrite,
  qualified,
  speaksJson,
  type AwsRequest,
  type Backend,
  type WireResponse,
} from "./exchange.ts";
import type { Principal } from "./principals.ts";
import { resourceArn } from "./resource-arn.ts";
import { TokenBuckets, type Throttle } from "./throttle.ts";

/** Fails some of the calls that match. */
export interface FailRule {
  /** `iam:CreateRole`; `*` stands for any characters. */
  readonly action: string;
  readonly accessKeyId?: string;
  /** The first call to fail, counted among the matching ones since the rule was made; 1 by default. */
  readonly nth?: number;
  /** How many calls in a row fail; 1 by default. */
  readonly times?: number;
  /** `after`: the call takes effect, but its answer is lost. */
  readonly when: "before" | "after";
  /** An HTTP status, or a connection that breaks without any answer; 503 by default. */
  readonly status?: number | "reset";
  readonly code?: string;
  readonly message?: string;
}

/** Refuses an action to one key, or to all. */
export interface DenyRule {
  readonly action: string;
  readonly accessKeyId?: string;
  /** `implicit` (nothing allows it) by default; `explicit` as a service control policy does. */
  readonly by?: "implicit" | "explicit";
}

/** A call as rules see it: `iam:CreateRole`, or `kubernetes:create serviceaccounts`, and its owner. */
export interface AnyCall {
  readonly action: string;
  readonly accessKeyId: string | undefined;
  /** Whether it changes something; a dry run does not. */
  readonly write: boolean;
}

/** Something that is run once, at the n-th matching call. */
interface Hook {
  readonly when: "before" | "after";
  readonly action: string;
  readonly run: () => Promise<void>;
  nth: number;
}

/** Runs what a call does, from what comes before its effect to what comes after it. */
export type CallGuard = (call: AnyCall, effect: () => Promise<void>) => Promise<void>;

/** The connection ends without an answer. */
export class ConnectionReset extends Error {}

/** The disturbances between a client and the emulated AWS; none at first. */
export class Faults {
  #failures: { readonly rule: FailRule; seen: number }[] = [];
  #denials: DenyRule[] = [];
  #hooks: Hook[] = [];
  #latency = 0;
  #buckets: TokenBuckets | undefined;
  #guard: CallGuard = async (_call, effect) => effect();

  fail(rule: FailRule): void {
    this.#failures.push({ rule, seen: 0 });
  }

  deny(rule: DenyRule): void {
    this.#denials.push(rule);
  }

  /** Milliseconds before every answer, after the call's effect. */
  setLatency(milliseconds: number): void {
    this.#latency = milliseconds;
  }

  setThrottle(throttle: Throttle | undefined): void {
    this.#buckets = throttle === undefined ? undefined : new TokenBuckets(throttle);
  }

  /** Runs something once, right before the n-th matching call, of whatever service, is looked at. */
  before(action: string, run: () => Promise<void>, nth = 1): void {
    this.#hooks.push({ when: "before", action, run, nth });
  }

  /** As `before`, once the call has had its effect and before it is answered. */
  after(action: string, run: () => Promise<void>, nth = 1): void {
    this.#hooks.push({ when: "after", action, run, nth });
  }

  /** Lets every call, of whatever service, have its effect within this: it may hold calls up, or throw ConnectionReset. */
  setGuard(guard: CallGuard): void {
    this.#guard = guard;
  }

  /** Ends all faults. */
  clear(): void {
    this.#failures = [];
    this.#denials = [];
    this.#hooks = [];
    this.#latency = 0;
    this.#buckets = undefined;
    this.#guard = async (_call, effect) => effect();
  }

  /** Answers the request with these faults. @throws AwsError, ConnectionReset as the rules say. */
  async around(request: AwsRequest, caller: Principal | undefined, backend: Backend): Promise<WireResponse> {
    return this.disturbed(callOf(request), async (failBefore) => {
      this.#buckets?.take(request, caller);
      this.#refuseDenied(request, caller);
      failBefore();
      return backend(request);
    });
  }

  /**
   * Lets failures and latency act on a call of whatever service; `run` calls `failBefore` where the call's effect begins.
   * @throws AwsError, ConnectionReset as the rules say
   */
  async disturbed<T>(call: AnyCall, run: (failBefore: () => void) => Promise<T>): Promise<T> {
    const failure = this.#nextFailure(call);
    const failIf = (when: FailRule["when"]): void => {
      if (failure?.when === when) throw failureOf(failure);
    };
    const answer = async (): Promise<T> => {
      await this.#runHooks(call, "before");
      const response = await run(() => failIf("before"));
      await this.#runHooks(call, "after");
      failIf("after");
      return response;
    };
    try {
      return await this.#guarded(call, answer);
    } finally {
      if (this.#latency > 0) await sleep(this.#latency);
    }
  }

  /** The answer is lost where the guard throws after the effect. */
  async #guarded<T>(call: AnyCall, answer: () => Promise<T>): Promise<T> {
    let answered: Promise<T> | undefined;
    await this.#guard(call, async () => {
      answered = answer();
      await answered;
    });
    if (answered === undefined) throw new ConnectionReset();
    return answered;
  }

  #nextFailure(call: AnyCall): FailRule | undefined {
    let failing: FailRule | undefined;
    for (const counted of this.#failures.filter(({ rule }) => applies(rule, call))) {
      counted.seen += 1;
      const { nth = 1, times = 1 } = counted.rule;
      if (counted.seen >= nth && counted.seen < nth + times) failing ??= counted.rule;
    }
    return failing;
  }

  async #runHooks({ action }: AnyCall, when: Hook["when"]): Promise<void> {
    const matching = this.#hooks.filter((hook) => hook.when === when && matches(hook.action, action));
    for (const hook of matching) hook.nth -= 1;
    for (const hook of matching.filter(({ nth }) => nth === 0)) await hook.run();
  }

  #refuseDenied(request: AwsRequest, caller: Principal | undefined): void {
    const denial = this.#denials.find((rule) => applies(rule, callOf(request)));
    if (denial !== undefined) throw accessDenied(request, caller, denial.by ?? "implicit");
  }
}

/**
 * A refusal as AWS words it, of the request itself unless it is of something else that the request needs. Source: IAM User Guide, "Troubleshoot access denied error messages".
 * EKS calls it AccessDeniedException, with another status in EKS Auth; IAM and STS call it AccessDenied.
 */
export function accessDenied(
  request: AwsRequest,
  caller: Principal | undefined,
  by: "implicit" | "explicit" | "identity" | "session",
  denied?: { readonly action: string; readonly resource: string },
): AwsError {
  const { action, resource } = denied ?? {
    action: qualified(request),
    resource: resourceArn(request, caller?.awsAccount ?? ""),
  };
  const allows = by === "session" ? "session" : "identity-based";
  const denies = by === "identity" ? "an identity-based policy" : "a service control policy";
  const reason =
    by === "implicit" || by === "session"
      ? `because no ${allows} policy allows the ${action} action`
      : `with an explicit deny in ${denies}`;
  const who = caller?.arn ?? "anonymous";
  return new AwsError(
    request.service === "eks-auth" ? 400 : 403,
    speaksJson(request.service) ? "AccessDeniedException" : "AccessDenied",
    `User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
  );
}

function callOf(request: AwsRequest): AnyCall {
  const { action, accessKeyId } = request;
  return { action: qualified(request), accessKeyId, write: isWrite(action) };
}

function applies(rule: { readonly action: string; readonly accessKeyId?: string }, call: AnyCall): boolean {
  if (rule.accessKeyId !== undefined && rule.accessKeyId !== call.accessKeyId) return false;
  return matches(rule.action, call.action);
}

function matches(pattern: string, action: string): boolean {
  const literal = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${literal.join(".*")}$`).test(action);
}

function failureOf(rule: FailRule): Error {
  const { status = 503, code = "ServiceUnavailable", message = "Service Unavailable" } = rule;
  return status === "reset" ? new ConnectionReset() : new AwsError(status, code, message);
}
