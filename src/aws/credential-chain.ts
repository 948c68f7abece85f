import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { Failure, isFailure } from "../model/failure.ts";
import { keepSecret } from "../model/secrets.ts";
import { answerOf, credentialFailure } from "./errors.ts";
import { reasonCode } from "./reason-code.ts";
import { usedProfile } from "./profile.ts";

type ChainOptions = NonNullable<Parameters<typeof fromNodeProviderChain>[0]>;

/** The SDK's message about a credential_process, without the process's own output, which may contain secrets. */
const PROCESS_REASON =
  /credential_process ((?:returned|did not return) (?:invalid JSON|Version 1|invalid credentials|expired credentials))/;

/**
 * The SDK's default credential chain (environment, profiles, SSO, MFA, web identity, instance), whose errors say what
 * gave no credentials, and why.
 * @param profile the profile that was named
 */
export function credentialChain(
  options: Omit<ChainOptions, "logger">,
  profile: string | undefined,
): ReturnType<typeof fromNodeProviderChain> {
  let reason: string | undefined;
  const listen = (message: unknown): void => {
    reason = PROCESS_REASON.exec(String(message))?.[1] ?? reason;
  };
  // It warns of a profile beside keys in many lines at every run: the plan says who we are, `doctor` the rest.
  const logger = { debug: listen, info() {}, warn() {}, error() {} };
  const chain = fromNodeProviderChain({ ...options, logger });
  return async (caller) => {
    try {
      const credentials = await chain(caller);
      keepSecret(credentials.secretAccessKey, credentials.sessionToken);
      return credentials;
    } catch (error) {
      throw fileFailure(error) ?? (await processFailure(error, profile, reason)) ?? said(error, profile);
    }
  };
}

/** A file of credentials, as a web identity's token, that is not there. */
function fileFailure(error: unknown): Failure | undefined {
  const path = error instanceof Error && "path" in error ? error.path : undefined;
  if (typeof path !== "string") return undefined;
  const message = `the AWS credentials file '${path}' can't be read (${reasonCode(error)})`;
  const advice = "It is set by AWS_WEB_IDENTITY_TOKEN_FILE, the profile or the container";
  return new Failure("failed", "no-credentials", message, { advice, cause: error });
}

/** A program that was to give credentials. Neither its command line is told nor what it wrote: both may have secrets in them. */
async function processFailure(
  error: unknown,
  profile: string | undefined,
  reason = "failed",
): Promise<Failure | undefined> {
  if (!(error instanceof Error) || error.name !== "CredentialsProviderError") return undefined;
  const used = await usedProfile(profile);
  if (used?.keys["credential_process"] === undefined) return undefined;
  const message = `the credential_process of the profile '${used.name}' ${reason}`;
  return new Failure("failed", "no-credentials", message, {
    advice: "Run the command in the profile yourself to see why",
  });
}

function said(error: unknown, profile: string | undefined): unknown {
  const failure = credentialFailure(error, profile);
  if (failure !== undefined || isFailure(error)) return failure ?? error;
  const where = profile === undefined ? "" : ` by the profile '${profile}'`;
  const answer = answerOf(error);
  // Who may not assume a role is told so by the action.
  if (answer !== undefined && !answer.code.startsWith("AccessDenied")) {
    const message = `AWS returned no credentials${where}: ${answer.code}`;
    const facts = [["AWS says", answer.message] as const];
    return new Failure("failed", "bad-credentials", message, { facts, cause: error });
  }
  if (!(error instanceof TypeError)) return error;
  // The SDK takes some keys of a profile for given.
  return new Failure("failed", "no-credentials", `no AWS credentials were found${where}`, { cause: error });
}
