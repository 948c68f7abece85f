import type { WireRequest, WireResponse } from "./exchange.ts";
import type { Recorder } from "./recorder.ts";
import type { Throttle } from "./throttle.ts";
import type { DenyRule, FailRule, Weather } from "./weather.ts";

/** Where the control endpoint is, on the same port as the services. */
export const CONTROL_PREFIX = "/_irsa/";

/** What the control endpoint works on. */
export interface ControlTarget {
  readonly weather: Weather;
  readonly recorder: Recorder;
  /** Where reads can lag behind writes. */
  readonly setLag?: (milliseconds: number) => void;
}

type Handler = (target: ControlTarget, body: unknown) => unknown;

const HANDLERS: Readonly<Record<string, Handler>> = {
  "GET calls": ({ recorder }) => recorder.calls(),
  "DELETE calls": ({ recorder }) => recorder.clear(),
  "POST fail": ({ weather }, body) => weather.fail(body as FailRule),
  "POST deny": ({ weather }, body) => weather.deny(body as DenyRule),
  "PUT latency": ({ weather }, body) =>
    weather.setLatency((body as { readonly milliseconds: number }).milliseconds),
  "PUT lag": ({ setLag }, body) => setLag?.((body as { readonly milliseconds: number }).milliseconds),
  "PUT throttle": ({ weather }, body) => weather.setThrottle(body as Throttle),
  "DELETE weather": ({ weather }) => weather.clear(),
};

/**
 * Steers a world from outside: `GET|DELETE /_irsa/calls`, `POST /_irsa/fail` (a FailRule), `POST /_irsa/deny` (a DenyRule),
 * `PUT /_irsa/latency` and `PUT /_irsa/lag` (`{ milliseconds }`), `PUT /_irsa/throttle` (a Throttle), `DELETE /_irsa/weather`.
 */
export function control(target: ControlTarget, wire: WireRequest): WireResponse {
  const handler = HANDLERS[`${wire.method} ${wire.target.slice(CONTROL_PREFIX.length)}`];
  if (handler === undefined) return json(404, { error: `no such control: ${wire.method} ${wire.target}` });
  try {
    return json(200, handler(target, wire.body === "" ? undefined : JSON.parse(wire.body)) ?? {});
  } catch (error) {
    return json(400, { error: String(error) });
  }
}

function json(status: number, value: unknown): WireResponse {
  return { status, headers: { "content-type": "application/json" }, body: `${JSON.stringify(value)}\n` };
}
