import type { makeBuilder } from "@smithy/core/client";

/** The SDK's schema of an operation; its own types of schemas are internal. */
export type OperationSchema = Parameters<ReturnType<typeof makeBuilder>>[3];
/** The SDK's schema of a value, which may have traits beside it. */
export type SchemaRef = OperationSchema[4];

/** A string, as the SDK's schemas have one. */
export const STRING = 0;

/** What the SDK adds to every answer. */
export interface Answer {
  readonly $metadata: { readonly requestId?: string };
}

/** Writes the schemas of a service that is called through the SDK's client of another one. */
export function schemasOf(namespace: string) {
  return {
    /** All members are optional. */
    structure: (name: string, members: Readonly<Record<string, SchemaRef>>): SchemaRef => {
      return [3, namespace, name, 0, Object.keys(members), Object.values(members)];
    },
    list: (name: string, of: SchemaRef): SchemaRef => [1, namespace, name, 0, of],
    operation: (
      name: string,
      input: SchemaRef,
      output: SchemaRef,
      traits: OperationSchema[3] = 0,
    ): OperationSchema => [9, namespace, name, traits, input, output],
  };
}
