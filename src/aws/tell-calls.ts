import type { IAMClientResolvedConfig } from "@aws-sdk/client-iam";
import type { Client } from "@smithy/core/client";
import type { FailureCode } from "../model/failure-codes.ts";
import { asFailure } from "./call.ts";
import { isAbsent } from "./errors.ts";

/** A request that was sent to AWS; one that is retried is as many. */
export interface AwsCall {
  /** As IAM writes it, `iam:GetRole`. */
  readonly action: string;
  /** `not-found` where AWS says that something does not exist; otherwise the code of the failure that it would be. */
  readonly result: "ok" | "not-found" | FailureCode;
}

/** What the SDK adds to every answer. */
interface Answer {
  readonly $metadata: { readonly requestId?: string };
}

/** Told of every request. */
export type TellCall = (call: AwsCall) => void;

/**
 * Tells how each request of a client went: it sits inside the SDK's retries.
 * @param service the prefix of its actions in IAM
 */
export function tellCalls<Input extends object, Output extends Answer>(
  stack: Client<object, Input, Output, IAMClientResolvedConfig>["middlewareStack"],
  service: string,
  tell: TellCall | undefined,
): void {
  if (tell === undefined) return;
  stack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const action = `${service}:${commandName.replace(/Command$/, "")}`;
        try {
          const result = await next(args);
          tell({ action, result: "ok" });
          return result;
        } catch (error) {
          tell({ action, result: isAbsent(error) ? "not-found" : asFailure(action, error).code });
          throw error;
        }
      },
    { step: "finalizeRequest", priority: "low", name: "tellCalls" },
  );
}
