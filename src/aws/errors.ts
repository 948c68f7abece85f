import { awsWords } from "../model/aws-words.ts";
import { Failure } from "../model/failure.ts";
import { serverExcerpt } from "../model/excerpt.ts";
import { ProxyError, proxyFailure } from "../network/proxy-error.ts";
import { namedProfile } from "./profile.ts";

/** What we read of an error that the AWS SDK throws. */
interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly status?: number;
  readonly requestId?: string;
  readonly systemCode?: string;
}

/** True if the error means that something does not exist; CloudFormation has no error code for that. */
export function isAbsent(error: unknown): boolean {
  const { name, message } = read(error);
  if (name === "ValidationError" && /^Stack\b.* does not exist/.test(message)) return true;
  if (/^InvalidLaunchTemplateId\.(NotFound|VersionNotFound)/.test(name)) return true;
  return name === "NoSuchEntityException" || name === "NoSuchEntity" || name === "ResourceNotFoundException";
}

/** The code and message of an error answer as the service gave them, or `undefined` where none came. */
export function answerOf(error: unknown): { code: string; message: string; requestId?: string } | undefined {
  const { name, message, status, requestId } = read(error);
  if (status === undefined || status >= 500) return undefined;
  return {
    code: name.replace(/Exception$/, ""),
    message: serverExcerpt(message),
    ...(requestId !== undefined && { requestId }),
  };
}

/**
 * The failure that an AWS call ended in, in our words, with AWS's own beside them.
 * @param action as IAM writes it, `iam:CreateRole`
 */
export function awsFailure(action: string, error: unknown): Failure {
  if (error instanceof ProxyError) return proxyFailure(error, "the environment", [["call", action]]);
  const seen = read(error);
  if (seen.name === "TooLargeAnswer")
    return new Failure("failed", "unexpected-answer", `${action}: ${seen.message}`);
  return (
    denied(action, seen, error) ??
    conflict(action, seen, error) ??
    credentialFailure(error) ??
    unreachable(action, seen, error) ??
    new Failure(
      "failed",
      "aws-error",
      `${action}: ${seen.name}: ${serverExcerpt(seen.message)}`,
      details(seen, error),
    )
  );
}

function denied(action: string, seen: SdkError, cause: unknown): Failure | undefined {
  if (!/^(AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized)/.test(seen.name))
    return undefined;
  const exact = /not authorized to perform: ([A-Za-z0-9-]+:[A-Za-z0-9]+)/.exec(seen.message)?.[1] ?? action;
  const advice =
    exact === "iam:CreateRole" && /explicit deny|boundary/i.test(seen.message)
      ? "Organizations often allow new roles only with a permissions boundary: --permissions-boundary ARN"
      : `Ask an AWS administrator to allow ${exact}`;
  return new Failure("denied", "access-denied", `not permitted: ${exact}`, {
    ...details(seen, cause),
    advice,
  });
}

function conflict(action: string, seen: SdkError, cause: unknown): Failure | undefined {
  if (seen.name.startsWith("EntityAlreadyExists")) {
    return new Failure("refused", "already-exists", `${action}: it already exists`, details(seen, cause));
  }
  if (seen.name === "ResourceInUseException" && /already exists/.test(seen.message)) {
    return new Failure("refused", "already-exists", `${action}: it already exists`, details(seen, cause));
  }
  if (seen.name.startsWith("LimitExceeded") || seen.name === "ResourceLimitExceededException") {
    return new Failure("refused", "quota", `${action}: quota exceeded`, details(seen, cause));
  }
  if (seen.name.startsWith("DeleteConflict")) {
    const message = `${action}: it has attachments that did not exist when the plan was made`;
    return new Failure("refused", "conflict", message, details(seen, cause));
  }
  if (seen.name.startsWith("ConcurrentModification")) {
    return new Failure("refused", "conflict", `${action}: someone else is changing it`, details(seen, cause));
  }
  if (
    seen.name === "ValidationError" &&
    /No updates are to be performed|in \w+_IN_PROGRESS state and can ?not be updated/.test(seen.message)
  ) {
    return new Failure(
      "refused",
      "not-updated",
      `${action}: ${serverExcerpt(seen.message)}`,
      details(seen, cause),
    );
  }
  return undefined;
}

/** The failure behind an error of whoever was to give credentials, or of a service that does not take them. */
export function credentialFailure(
  error: unknown,
  profile: string | undefined = namedProfile(undefined),
): Failure | undefined {
  const seen = read(error);
  if (/SSO|sso/.test(seen.message) && /expired|invalid|login/i.test(seen.message)) {
    return new Failure("failed", "sso-expired", "the SSO session has expired", {
      ...details(seen, error),
      command: awsWords(["sso", "login"], {}, profile === undefined ? [] : ["--profile", profile]),
    });
  }
  if (/^CredentialsProviderError$/.test(seen.name)) {
    const advice =
      "Choose a profile with --profile, export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in with SSO";
    const where = profile === undefined ? "" : ` by the profile '${profile}'`;
    return new Failure("failed", "no-credentials", `no AWS credentials were found${where}`, {
      ...details(seen, error),
      advice,
    });
  }
  const skew = clockSkew(seen, error);
  if (skew !== undefined) return skew;
  if (/^(ExpiredToken|RequestExpired)/.test(seen.name))
    return new Failure("failed", "bad-credentials", `the AWS credentials have expired (${seen.name})`, {
      ...details(seen, error),
      advice:
        "Get new credentials (log in again), then run the same command again: it continues where this run stopped",
    });
  if (/^(InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch)/.test(seen.name)) {
    return new Failure(
      "failed",
      "bad-credentials",
      `AWS rejected the credentials: ${seen.name}`,
      details(seen, error),
    );
  }
  return undefined;
}

/** AWS takes no signature that is more than five minutes, for some services fifteen, away from its own time. */
function clockSkew(seen: SdkError, cause: unknown): Failure | undefined {
  const isSkew =
    /^(RequestTimeTooSkewed|RequestInTheFuture)/.test(seen.name) ||
    /Signature expired:|Signature not yet current:/.test(seen.message);
  if (!isSkew) return undefined;
  const minutes = skewIn(seen.message);
  const by = minutes === undefined ? "" : ` by ${minutes} minutes`;
  return new Failure("failed", "clock-skew", `this machine's clock differs from AWS's${by}`, {
    ...details(seen, cause),
    advice: "Set the clock (timedatectl set-ntp true), then run the same command again",
  });
}

/**
 * The minutes between the time of our signature and AWS's own, which is the first time in the brackets.
 * Source: AWS General Reference, "Signature Version 4 signing process: troubleshooting".
 */
function skewIn(message: string): number | undefined {
  const [, ours, theirs] = /: (\d{8}T\d{6}Z) is \D*\d{8}T\d{6}Z \((\d{8}T\d{6}Z)/.exec(message) ?? [];
  if (ours === undefined || theirs === undefined) return undefined;
  return Math.round(Math.abs(timeOf(theirs) - timeOf(ours)) / 60_000);
}

function timeOf(basic: string): number {
  return Date.parse(basic.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

function unreachable(action: string, seen: SdkError, cause: unknown): Failure | undefined {
  if (/^Throttl|TooManyRequests|RequestLimitExceeded/.test(seen.name)) {
    return new Failure("failed", "throttled", `${action}: AWS throttled all attempts`, details(seen, cause));
  }
  if (seen.status !== undefined) return undefined;
  if (seen.systemCode === undefined && seen.name !== "TimeoutError") return undefined;
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(seen.systemCode ?? "")) {
    const advice = "Behind a proxy that intercepts TLS, set AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS to its CA";
    const message = `${action}: the certificate can't be verified (${seen.systemCode})`;
    return new Failure("failed", "tls", message, { ...details(seen, cause), advice });
  }
  const how = seen.systemCode ?? "timed out";
  const advice = "Check --region, the network, HTTPS_PROXY and AWS_ENDPOINT_URL*";
  return new Failure("failed", "unreachable", `${action}: AWS can't be reached (${how})`, {
    ...details(seen, cause),
    advice,
  });
}

function details(seen: SdkError, cause: unknown): { facts: [string, string][]; cause: unknown } {
  // What the SDK or the system says, where no answer came, is not AWS's word.
  const label = seen.status === undefined ? "cause" : "AWS says";
  const facts: [string, string][] = [[label, serverExcerpt(seen.message.trim() || seen.name)]];
  if (seen.requestId !== undefined) facts.push(["request", seen.requestId]);
  return { facts, cause };
}

function read(error: unknown): SdkError {
  const shape = (typeof error === "object" && error !== null ? error : {}) as Record<string, unknown>;
  const metadata = (shape["$metadata"] ?? {}) as Record<string, unknown>;
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const status = typeof metadata["httpStatusCode"] === "number" ? metadata["httpStatusCode"] : undefined;
  const requestId = text(metadata["requestId"]);
  const systemCode = text(shape["code"]);
  return {
    name: text(shape["name"]) ?? "Error",
    message: text(shape["message"]) ?? String(error),
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
    ...(systemCode !== undefined && { systemCode }),
  };
}
