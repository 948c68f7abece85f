import type { EKSClient } from "@aws-sdk/client-eks";
import { NormalizedSchema } from "@smithy/core/schema";
import { getSmithyContext } from "@smithy/core/transport";
import { Failure } from "../model/failure.ts";

type Schema = Parameters<(typeof NormalizedSchema)["of"]>[0];
/** The SDK's schema of an operation: kind, namespace, name, traits, input, output. */
type OperationSchema = readonly [unknown, unknown, unknown, unknown, Schema, Schema];

/**
 * Lets a client's calls fail where an answer is not of the types that its API has there. Of XML the SDK itself makes
 * nothing else; JSON it takes as it comes, and a number where a name belongs would go on until something breaks.
 */
export function fitAnswers(client: EKSClient): EKSClient {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const { operationSchema } = getSmithyContext(context) as { readonly operationSchema?: OperationSchema };
      const output = operationSchema?.[5];
      if (output !== undefined) fit(NormalizedSchema.of(output), result.output, "");
      return result;
    },
    { step: "initialize", name: "fitAnswers" },
  );
  return client;
}

/** @throws Failure `unexpected-answer` */
function fit(schema: NormalizedSchema, value: unknown, path: string): void {
  if (value === undefined || value === null) return;
  if (schema.isStructSchema()) {
    const object = objectAt(value, path);
    for (const [name, member] of schema.structIterator()) fit(member, object[name], within(path, name));
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw unfit(path, "a list");
    value.forEach((item, at) => fit(schema.getValueSchema(), item, `${path}[${at}]`));
  } else if (schema.isMapSchema()) {
    for (const [key, item] of Object.entries(objectAt(value, path)))
      fit(schema.getValueSchema(), item, within(path, key));
  } else if (schema.isStringSchema() && typeof value !== "string") {
    throw unfit(path, "a string");
  } else if (schema.isBooleanSchema() && typeof value !== "boolean") {
    throw unfit(path, "true or false");
  }
}

function within(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function objectAt(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw unfit(path, "an object");
}

function unfit(path: string, what: string): Failure {
  return new Failure("failed", "unexpected-answer", `unexpected response from AWS: '${path}' is not ${what}`);
}
