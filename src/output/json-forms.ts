import { clusterRef, type ClusterArn, type ClusterRef } from "../model/arn.ts";
import { adviceText, type Failure } from "../model/failure.ts";
import type { Fix } from "../verification/chain.ts";
import type { CommandOrAdvice } from "../model/shell.ts";
import type { Proof } from "../verification/proof.ts";
import { camelCase } from "./camel-case.ts";

/** A cluster, wherever an answer in JSON names one. */
export function clusterJson({ arn, name, region, awsAccount }: ClusterRef): object {
  return { arn, name, region, awsAccount };
}

/** The same of a cluster that is known by its ARN. */
export function clusterJsonOf(arn: ClusterArn): object {
  return clusterJson(clusterRef(arn));
}

/** A ServiceAccount, wherever an answer in JSON names one. */
export function serviceAccountJson({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}): object {
  return { namespace, name };
}

/** Labeled values: a label is prose, and no key. The lines of a value are one text. */
export function labeledJson(
  labeled: readonly (readonly [label: string, value: string | readonly string[]])[],
): readonly { readonly label: string; readonly value: string }[] {
  return labeled.map(([label, value]) => ({ label, value: [value].flat().join("\n") }));
}

/** What fixes a finding; `byFix` where `verify --fix` does. */
export function fixJson({
  kind,
  text,
  ...more
}: CommandOrAdvice & Partial<Pick<Fix, "note" | "byFix">>): object {
  return { kind, text, note: more.note ?? null, byFix: more.byFix ?? false };
}

/** Why a run, or one row of it, failed. */
export function errorJson(failure: Failure): object {
  const { facts = [], command } = failure.detail;
  return {
    code: failure.code,
    message: failure.message,
    facts: labeledJson(facts),
    hint: adviceText(failure) ?? null,
    command: command ?? null,
  };
}

/** A workload by its kind as kubectl writes it; `namespace` is that of the ServiceAccount unless its file says another. */
export function workloadJson({
  kind,
  namespace,
  name,
}: {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}): object {
  return { kind: kind.toLowerCase(), namespace, name };
}

/** A workload that is known as `kind/name`. */
export function workloadJsonOf(text: string, namespace: string): object {
  const slash = text.indexOf("/");
  return workloadJson({ kind: text.slice(0, slash), namespace, name: text.slice(slash + 1) });
}

/** Whether STS accepted a ServiceAccount's token. */
export function proofJson({ state, ...proof }: Proof): object {
  const whole = "milliseconds" in proof ? { milliseconds: Math.round(proof.milliseconds) } : {};
  return { state: camelCase(state), ...proof, ...whole };
}
