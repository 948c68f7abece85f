import { Failure, isFailure } from "../model/failure.ts";
import { keepSecret } from "../model/secrets.ts";

/** Credentials, as the SDK has them. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** The credentials that a program has, or gets by a provider of its own, instead of the default chain's. */
export function ownCredentials(
  source: AwsCredentials | (() => Promise<AwsCredentials>),
): () => Promise<AwsCredentials> {
  return async () => {
    const credentials = typeof source === "function" ? await provided(source) : source;
    keepSecret(credentials.secretAccessKey, credentials.sessionToken);
    return credentials;
  };
}

/** @throws Failure `no-credentials` */
async function provided(source: () => Promise<AwsCredentials>): Promise<AwsCredentials> {
  try {
    return await source();
  } catch (error) {
    if (isFailure(error)) throw error;
    const facts = [["provider", error instanceof Error ? error.message : String(error)]] as const;
    throw new Failure("failed", "no-credentials", "the given provider of AWS credentials failed", {
      facts,
      cause: error,
    });
  }
}
