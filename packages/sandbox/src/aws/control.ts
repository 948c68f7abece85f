import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { WireRequest, WireResponse } from "./exchange.ts";
import type { RecordedUse } from "./iam/last-accessed.ts";
import type { Recorder } from "./recorder.ts";
import type { Throttle } from "./throttle.ts";
import type { DenyRule, FailRule, Faults } from "./faults.ts";

/** Where the control endpoint is, on the same port as the services. */
export const CONTROL_PREFIX = "/_irsa/";

/** What the control endpoint works on. */
export interface ControlTarget {
  readonly faults: Faults;
  readonly recorder: Recorder;
  /** The clusters of the world, by ARN, with the endpoints of their API servers. */
  readonly clusters?: () => readonly { readonly arn: string; readonly endpoint: string }[];
  /** What whoever steers the world must send as a bearer token: loopback is open to every user of the machine. */
  readonly controlToken: string;
  /** Where roles have a record of what they used. */
  readonly recordUse?: (use: RecordedUse) => void;
  /** Where reads can lag behind writes. */
  readonly setLag?: (milliseconds: number) => void;
}

/** A new token for a control endpoint. */
export function newControlToken(): string {
  return randomBytes(32).toString("base64url");
}

type Handler = (target: ControlTarget, body: unknown) => unknown;

const HANDLERS: Readonly<Record<string, Handler>> = {
  "GET calls": ({ recorder }) => recorder.calls(),
  "DELETE calls": ({ recorder }) => recorder.clear(),
  "GET clusters": ({ clusters }) => clusters?.() ?? [],
  "POST fail": ({ faults }, body) => faults.fail(body as FailRule),
  "POST deny": ({ faults }, body) => faults.deny(body as DenyRule),
  "PUT latency": ({ faults }, body) =>
    faults.setLatency((body as { readonly milliseconds: number }).milliseconds),
  "PUT lag": ({ setLag }, body) => setLag?.((body as { readonly milliseconds: number }).milliseconds),
  "PUT use": ({ recordUse }, body) => recordUse?.(body as RecordedUse),
  "PUT throttle": ({ faults }, body) => faults.setThrottle(body as Throttle),
  "DELETE faults": ({ faults }) => faults.clear(),
};

/**
 * Steers a world from outside: `GET|DELETE /_irsa/calls`, `GET /_irsa/clusters`, `POST /_irsa/fail` (a FailRule), `POST /_irsa/deny` (a DenyRule),
 * `PUT /_irsa/latency` and `PUT /_irsa/lag` (`{ milliseconds }`), `PUT /_irsa/throttle` (a Throttle), `PUT /_irsa/use` (a RecordedUse),
 * `DELETE /_irsa/faults`.
 * All of it takes the world's token.
 */
export function control(target: ControlTarget, wire: WireRequest): WireResponse {
  if (!isAuthorized(wire, target.controlToken))
    return json(401, {
      error: "the control endpoint requires the sandbox's token: Authorization: Bearer TOKEN",
    });
  const handler = HANDLERS[`${wire.method} ${wire.target.slice(CONTROL_PREFIX.length)}`];
  if (handler === undefined) return json(404, { error: `no such control: ${wire.method} ${wire.target}` });
  try {
    return json(200, handler(target, wire.body === "" ? undefined : JSON.parse(wire.body)) ?? {});
  } catch (error) {
    return json(400, { error: String(error) });
  }
}

/** In constant time, whatever was sent: hashes are of one length. */
function isAuthorized({ headers }: WireRequest, token: string): boolean {
  const given = /^bearer (.+)$/i.exec(headers["authorization"] ?? "")?.[1] ?? "";
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function json(status: number, value: unknown): WireResponse {
  return { status, headers: { "content-type": "application/json" }, body: `${JSON.stringify(value)}\n` };
}
