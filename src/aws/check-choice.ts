import { Failure } from "../model/failure.ts";
import { parseRegion } from "../model/region.ts";

const ENDPOINT = /^AWS_ENDPOINT_URL(_[A-Z_]+)?$/;

/**
 * Holds the endpoints that the environment names against what a URL is; the SDK would throw an error that names neither.
 * A wrong one is not shown: it may have a password in it.
 * @throws Failure `endpoint`
 */
export function checkEndpoints(environment: Readonly<Record<string, string | undefined>>): void {
  if (environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.toLowerCase() === "true") return;
  for (const [name, value = ""] of Object.entries(environment)) {
    if (!ENDPOINT.test(name) || value === "" || URL.canParse(value)) continue;
    const advice = "Use https://HOST or https://HOST:PORT";
    throw new Failure("input", "endpoint", `${name}: not a valid URL`, { advice });
  }
}

/** A region that may be called. @throws Failure `no-region` */
export function requireRegion(text: string): string {
  const region = parseRegion(text);
  if (region.ok) return region.value;
  const advice = "An example is eu-west-1";
  throw new Failure("input", "no-region", `'${text}' is not a valid AWS region`, { advice });
}
