import { Failure } from "../model/failure.ts";

/** Where issuers' keys are read from instead of from the issuers themselves; the operator's environment alone says so. */
export const ISSUER_ENDPOINT_VARIABLE = "IRSA_ISSUER_ENDPOINT_URL";

/**
 * The endpoint that stands in for every issuer, as a sandbox's: `ENDPOINT/HOST/PATH` for `https://HOST/PATH`.
 * @throws Failure when it is not a URL of HTTPS, or of HTTP on loopback
 */
export function issuerEndpoint(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const text = environment[ISSUER_ENDPOINT_VARIABLE] ?? "";
  if (text === "") return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (isSafe) return text.replace(/\/+$/, "");
  throw new Failure(
    "input",
    "invalid-input",
    `${ISSUER_ENDPOINT_VARIABLE} '${text}' is not an https URL, nor an http URL on loopback`,
  );
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
