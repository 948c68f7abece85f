import { AwsError } from "./exchange.ts";
import { validationError, violation } from "./validation.ts";

/** What every request for a role's session has. */
export interface SessionRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  /** Seconds, 900 to 43200. */
  readonly durationSeconds: number;
  readonly region: string;
}

/** A role as STS needs it. */
export interface AssumableRole {
  readonly arn: string;
  readonly roleId: string;
  /** The trust policy's JSON. */
  readonly trust: unknown;
  /** Seconds. */
  readonly maxSessionDuration: number;
}

const ROLE_ARN = /^(arn:aws[a-z0-9-]*:iam::\d{12}):role\/[\x21-\x7e]+$/;

/**
 * Checks the form of a request for a session. Source: STS API Reference, the parameters' constraints.
 * @returns the part of the role's ARN that a provider's begins with: `arn:<partition>:iam::<account>`
 * @throws AwsError ValidationError
 */
export function checkSessionRequest({ roleArn, sessionName, durationSeconds }: SessionRequest): string {
  const scope = ROLE_ARN.exec(roleArn)?.[1];
  if (scope === undefined) throw validationError("Request ARN is invalid");
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    throw violation(
      sessionName,
      "roleSessionName",
      String.raw`satisfy regular expression pattern: [\w+=,.@-]*`,
    );
  }
  const [shortest, longest] = [900, 43_200];
  const seconds = String(durationSeconds);
  if (!(durationSeconds >= shortest)) {
    throw violation(seconds, "durationSeconds", `have value greater than or equal to ${shortest}`);
  }
  if (durationSeconds > longest) {
    throw violation(seconds, "durationSeconds", `have value less than or equal to ${longest}`);
  }
  return scope;
}

/** @throws AwsError ValidationError when the session is to be longer than the role allows. */
export function checkRoleDuration(role: AssumableRole, { durationSeconds }: SessionRequest): void {
  if (durationSeconds <= role.maxSessionDuration) return;
  const message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
  throw new AwsError(400, "ValidationError", message);
}

/** The condition keys that STS fills for any request of this kind. `now` in milliseconds since the epoch. */
export function factsOf(request: SessionRequest, now: number): Readonly<Record<string, string>> {
  return { ...sessionFacts(request, now), "aws:SourceIp": "127.0.0.1" };
}

/** The same, without the address that the request comes from. */
export function sessionFacts(
  { region, sessionName }: Pick<SessionRequest, "region" | "sessionName">,
  now: number,
): Readonly<Record<string, string>> {
  return {
    "aws:CurrentTime": new Date(now).toISOString(),
    "aws:EpochTime": String(Math.floor(now / 1000)),
    "aws:RequestedRegion": region,
    "aws:SecureTransport": "true",
    "sts:RoleSessionName": sessionName,
  };
}
