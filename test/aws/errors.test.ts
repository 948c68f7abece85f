import { afterEach, describe, expect, it, vi } from "vitest";
import { read, write } from "../../src/aws/call.ts";
import { answerOf, awsFailure, isAbsent } from "../../src/aws/errors.ts";
import { Failure } from "../../src/model/failure.ts";
import { stopOf, textOf } from "../fakes/walk.ts";

afterEach(() => vi.unstubAllEnvs());

/** An error as the SDK throws it: named, with the answer's metadata, or with the system's code. */
function sdkError(name: string, message: string, more: { status?: number; code?: string } = {}): Error {
  const { status, code } = more;
  const $metadata = status === undefined ? {} : { httpStatusCode: status, requestId: "req-1" };
  return Object.assign(new Error(message), { name, $metadata, ...(code !== undefined && { code }) });
}
const answered = (name: string, message = "no", status = 400) => sdkError(name, message, { status });

describe("the failure behind an error of AWS", () => {
  it.each<readonly [string, Error, object, readonly string[]]>([
    [
      "not permitted",
      answered(
        "AccessDenied",
        "User: arn:x is not authorized to perform: iam:TagRole on resource: role y",
        403,
      ),
      { kind: "denied", code: "access-denied", message: "not permitted: iam:TagRole" },
      ["to allow iam:TagRole", "request req-1", "AWS says User: arn:x"],
    ],
    [
      "something hangs on what is to go",
      answered("DeleteConflictException", "Cannot delete entity, must detach all policies first.", 409),
      { kind: "refused", code: "conflict" },
      ["it has attachments", "must detach all policies first"],
    ],
    [
      "not permitted, in other words",
      answered("AccessDeniedException", "no", 403),
      { kind: "denied", message: "not permitted: iam:CreateRole" },
      ["to allow iam:CreateRole"],
    ],
    [
      "not permitted by an explicit deny: a boundary may be wanted",
      answered("AccessDenied", "not authorized to perform: iam:CreateRole with an explicit deny", 403),
      { kind: "denied" },
      ["--permissions-boundary ARN"],
    ],
    [
      "already there",
      answered("EntityAlreadyExistsException", "Unknown", 409),
      { kind: "refused", code: "already-exists" },
      ["iam:CreateRole: it already exists"],
    ],
    [
      "a quota",
      answered("LimitExceededException", "Cannot exceed quota for RolesPerAccount: 1000", 409),
      { kind: "refused", code: "quota" },
      ["RolesPerAccount: 1000"],
    ],
    [
      "someone else at it",
      answered("ConcurrentModificationException"),
      { kind: "refused", code: "conflict" },
      [],
    ],
    [
      "an expired token",
      answered("ExpiredTokenException"),
      { kind: "failed", code: "bad-credentials" },
      ["ExpiredToken"],
    ],
    [
      "credentials that expired in the midst of a run",
      answered("ExpiredToken", "The security token included in the request is expired", 403),
      { code: "bad-credentials", message: "the AWS credentials have expired (ExpiredToken)" },
      ["run the same command again"],
    ],
    [
      "a clock that is behind",
      answered(
        "SignatureDoesNotMatch",
        "Signature expired: 20261127T100000Z is now earlier than 20261127T105500Z (20261127T111000Z - 15 min.)",
        403,
      ),
      { code: "clock-skew", message: "this machine's clock differs from AWS's by 70 minutes" },
      ["Set the clock", "Signature expired"],
    ],
    [
      "a clock that is ahead",
      answered(
        "InvalidSignatureException",
        "Signature not yet current: 20261127T120000Z is still later than 20261127T111500Z (20261127T111000Z + 5 min.)",
        403,
      ),
      { code: "clock-skew", message: "this machine's clock differs from AWS's by 50 minutes" },
      ["Set the clock"],
    ],
    [
      "a clock, without times",
      answered("RequestTimeTooSkewed", "The difference between the request time and now is too large.", 403),
      { code: "clock-skew", message: "this machine's clock differs from AWS's" },
      [],
    ],
    ["an unknown key", answered("InvalidClientTokenId", "no", 403), { code: "bad-credentials" }, []],
    ["a wrong secret", answered("SignatureDoesNotMatch", "no", 403), { code: "bad-credentials" }, []],
    [
      "no credentials",
      sdkError("CredentialsProviderError", "Could not load"),
      { code: "no-credentials" },
      ["--profile"],
    ],
    ["throttled", answered("ThrottlingException"), { code: "throttled" }, ["AWS throttled all attempts"]],
    ["throttled, in IAM's words", answered("Throttling"), { code: "throttled" }, []],
    [
      "no such host",
      sdkError("Error", "getaddrinfo", { code: "ENOTFOUND" }),
      { code: "unreachable" },
      ["(ENOTFOUND)", "HTTPS_PROXY"],
    ],
    ["timed out", sdkError("TimeoutError", "timed out"), { code: "unreachable" }, ["timed out"]],
    [
      "a certificate",
      sdkError("Error", "self-signed", { code: "SELF_SIGNED_CERT_IN_CHAIN" }),
      { code: "tls" },
      ["AWS_CA_BUNDLE"],
    ],
    [
      "anything else",
      answered("MalformedPolicyDocument", "Invalid principal"),
      { code: "aws-error" },
      ["iam:CreateRole: MalformedPolicyDocument: Invalid principal"],
    ],
    [
      "an error of the service",
      answered("ServiceFailure", "oops", 500),
      { kind: "failed", code: "aws-error" },
      [],
    ],
  ])("%s", (_what, error, failure, parts) => {
    const found = awsFailure("iam:CreateRole", error);
    expect(found).toMatchObject(failure);
    expect(found.cause).toBe(error);
    for (const part of parts) expect(textOf(found)).toContain(part);
  });

  it.each([
    [{}, ["aws", "sso", "login"]],
    [{ AWS_PROFILE: "work" }, ["aws", "sso", "login", "--profile", "work"]],
  ])("an SSO session that has expired, with the command to type: %j", (environment, command) => {
    vi.stubEnv("AWS_PROFILE", undefined);
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const message =
      "The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login";
    const failure = awsFailure("sts:GetCallerIdentity", sdkError("CredentialsProviderError", message));
    expect(failure).toMatchObject({ code: "sso-expired", detail: { command } });
  });

  it("is found in what is not an error at all", () => {
    for (const thrown of [undefined, null, "text", 1, {}]) {
      expect(awsFailure("iam:GetRole", thrown)).toMatchObject({ code: "aws-error" });
    }
  });
});

describe("absence", () => {
  it.each([
    ["NoSuchEntityException", true],
    ["NoSuchEntity", true],
    ["ResourceNotFoundException", true],
    ["AccessDenied", false],
    ["ThrottlingException", false],
    ["TimeoutError", false],
    ["NotFoundError", false],
  ])("%s: %s", async (name, absent) => {
    const error = answered(name);
    expect(isAbsent(error)).toBe(absent);
    const outcome = await read("iam:GetRole", () => Promise.reject(error)).catch(
      (failure: unknown) => failure,
    );
    expect(outcome === undefined).toBe(absent);
    expect(outcome instanceof Failure).toBe(!absent);
  });

  it("of what is written to is a failure", async () => {
    const stop = await stopOf(
      write("iam:TagRole", () => Promise.reject(answered("NoSuchEntityException", "x is gone", 404))),
    );
    expect(stop).toMatchObject({ kind: "refused", code: "gone", message: "iam:TagRole: x is gone" });
  });
});

describe("a write", () => {
  it("gives AWS's request id", async () => {
    expect(await write("iam:TagRole", async () => ({ $metadata: { requestId: "r" } }))).toEqual({
      requestId: "r",
    });
    expect(await write("iam:TagRole", async () => ({ $metadata: {} }))).toEqual({});
  });

  it("lets a failure of ours pass unchanged", async () => {
    const failure = new Failure("input", "ca-bundle", "AWS_CA_BUNDLE can't be read");
    expect(await stopOf(write("iam:TagRole", () => Promise.reject(failure)))).toBe(failure);
  });
});

describe("STS's answer", () => {
  it.each([
    [answered("InvalidIdentityTokenException", "Incorrect token audience"), { code: "InvalidIdentityToken" }],
    [answered("AccessDenied", "Not authorized", 403), { code: "AccessDenied", requestId: "req-1" }],
    [answered("ServiceUnavailable", "later", 503), undefined],
    [sdkError("TimeoutError", "x"), undefined],
  ])("%s", (error, answer) => {
    const found = answerOf(error);
    expect(found === undefined).toBe(answer === undefined);
    expect(found ?? {}).toMatchObject(answer ?? {});
  });
});

describe("whose words are shown", () => {
  it.each([
    ["an answer of AWS's", answered("AccessDenied"), "AWS says"],
    [
      "the system's",
      sdkError("Error", "connect ECONNREFUSED 127.0.0.1:9", { code: "ECONNREFUSED" }),
      "cause",
    ],
    ["the SDK's, without credentials", sdkError("CredentialsProviderError", "Could not load"), "cause"],
    ["the SDK's, after a time", sdkError("TimeoutError", "took too long"), "cause"],
  ])("%s", (_what, error, label) => {
    expect(awsFailure("iam:GetRole", error).detail.facts?.[0]?.[0]).toBe(label);
  });
});
