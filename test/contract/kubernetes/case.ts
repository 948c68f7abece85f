import { expect } from "vitest";
import type { Divergences } from "../divergence.ts";
import type { Call, WorldName } from "./world.ts";

/** Something that the Kubernetes API does, told in requests, in a namespace of its own: `{ns}`. */
export interface Case {
  readonly name: string;
  /** Where it is documented. */
  readonly source: string;
  readonly steps: readonly Step[];
}

/** A request, and the right answer. In all strings, `{name}` stands for what an earlier step kept by that name. */
export interface Step extends Call, Expected {
  /** Values of the answer to keep: name → path. */
  readonly keep?: Readonly<Record<string, string>>;
  /** Whether the answer may take some time to come: the request is repeated, bounded, until it does. */
  readonly eventually?: boolean;
  readonly diverges?: Divergences<WorldName, Expected>;
}

/** An answer. */
export interface Expected {
  readonly status: number;
  /** What its body holds, at least; asymmetric matchers may be in it. */
  readonly answer?: unknown;
}

/** The Status of a failure, with these fields. */
export function failure(reason: string, message: unknown, rest: object = {}): object {
  return { kind: "Status", apiVersion: "v1", status: "Failure", reason, message, ...rest };
}

/** A cause of an Invalid failure. */
export function cause(reason: string, field: string, message: unknown = expect.any(String)): object {
  return { reason, field, message };
}

/** A POST that prepares a case. */
export function given(path: string, content: object): Step {
  return { call: `POST ${path}`, content, status: 201 };
}

/** `{ns}`'s collection of a resource of the core group. */
export function core(resource: string): string {
  return `/api/v1/namespaces/{ns}/${resource}`;
}

/** `{ns}`'s collection of a workload. */
export function apps(resource: string): string {
  return `/apis/apps/v1/namespaces/{ns}/${resource}`;
}

/** A ServiceAccount of that name. */
export function serviceAccount(name: string, metadata: object = {}): object {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, ...metadata } };
}

/** The spec of a pod that does nothing. */
export function podSpec(rest: object = {}): object {
  return { containers: [{ name: "main", image: "registry.invalid/main:1" }], ...rest };
}
