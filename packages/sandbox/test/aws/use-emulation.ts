import { EKSClient } from "@aws-sdk/client-eks";
import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, expect } from "vitest";
import { startAwsEmulation, type AwsEmulation } from "../../src/aws/emulation.ts";
import type { AccessKey } from "../../src/aws/principals.ts";
import { createUser } from "../../src/aws/provision.ts";
import { StateStore } from "../../src/aws/state-store.ts";

export const AWS_ACCOUNT = "111122223333";
export const REGION = "eu-west-1";

/** A fresh emulation with clients of it. */
export interface Emulated {
  readonly emulation: AwsEmulation;
  readonly store: StateStore;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly eks: EKSClient;
  /** Clients that act with another key, or in another region. */
  readonly clientsOf: (key: AccessKey, region?: string) => Clients;
}

export type Clients = Pick<Emulated, "iam" | "sts" | "eks">;

/** Gives each test of the file an emulation of its own, with a user `ci` in one empty account. */
export function useEmulation(): () => Emulated {
  let emulated: Emulated;
  const clients: { destroy: () => void }[] = [];
  beforeEach(async () => {
    const store = new StateStore();
    const key = createUser({ store, awsAccount: AWS_ACCOUNT }, "ci");
    const emulation = await startAwsEmulation({ store, jwks: async () => undefined });
    const clientsOf = (credentials: AccessKey, region = REGION) => {
      const options = { endpoint: emulation.url, region, credentials, maxAttempts: 1 };
      const made = { iam: new IAMClient(options), sts: new STSClient(options), eks: new EKSClient(options) };
      clients.push(...Object.values(made));
      return made;
    };
    emulated = { emulation, store, ...clientsOf(key), clientsOf };
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await emulated.emulation.stop();
  });
  return () => emulated;
}

/** A refusal as SDKs throw it. */
interface Refusal {
  readonly name: string;
  readonly message: string;
}

/** What AWS says when it refuses a call. @throws Error when it does not */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof Error)) throw new Error("the call was not refused");
  return { name: error.name, message: error.message };
}

/** What `refusalOf` is to be equal to. */
export function refusal(name: string, message: string | RegExp): Refusal {
  return {
    name,
    message: typeof message === "string" ? message : (expect.stringMatching(message) as string),
  };
}

/** A trust policy that lets a provider's tokens in. */
export function trustIn(awsAccount: string, changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::${awsAccount}:oidc-provider/issuer.example/id/1` },
        Action: "sts:AssumeRoleWithWebIdentity",
        ...changes,
      },
    ],
  });
}

/** A policy that grants something. */
export function permissions(changes: Readonly<Record<string, unknown>> = {}): string {
  const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*", ...changes };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
