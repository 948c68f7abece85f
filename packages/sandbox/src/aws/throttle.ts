import { AwsError, isWrite, speaksJson, type AwsRequest } from "./exchange.ts";
import type { Principal } from "./principals.ts";

/** A token bucket's size and refill rate. */
export interface Throttle {
  /** Calls that may come concurrently. */
  readonly burst: number;
  /** Calls a second after that. */
  readonly rate: number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/**
 * Token buckets, one for each account, service and kind of call (reads, writes), as AWS limits API rates.
 * Source: Amazon EC2 API Reference, "Throttling" describes the algorithm; IAM's own rates are not published.
 */
export class TokenBuckets {
  readonly #throttle: Throttle;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(throttle: Throttle, now: () => number = () => performance.now()) {
    this.#throttle = throttle;
    this.#now = now;
  }

  /** Takes one token. @throws AwsError Throttling (ThrottlingException at EKS) when there is none. */
  take(request: AwsRequest, caller: Principal | undefined): void {
    const kind = isWrite(request.action) ? "write" : "read";
    const bucket = this.#filled(`${caller?.awsAccount ?? "-"} ${request.service} ${kind}`);
    if (bucket.tokens < 1) throw throttled(request);
    bucket.tokens -= 1;
  }

  #filled(key: string): Bucket {
    const now = this.#now();
    const { burst, rate } = this.#throttle;
    const bucket = this.#buckets.get(key) ?? { tokens: burst, filledAt: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAt) / 1000) * rate);
    bucket.filledAt = now;
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

function throttled(request: AwsRequest): AwsError {
  if (speaksJson(request.service)) return new AwsError(429, "ThrottlingException", "Rate exceeded");
  return new AwsError(400, "Throttling", "Rate exceeded");
}
