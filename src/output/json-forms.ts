import { clusterRef, type ClusterArn, type ClusterRef } from "../model/arn.ts";
import { adviceText, type Failure } from "../model/failure.ts";
import type { CommandWords } from "../model/command-words.ts";
import type { Note } from "../model/plan.ts";
import type { ErrorJson } from "../model/target-record.ts";
import type { CommandRemedy, Remedy } from "../model/remedy.ts";
import { shellCommand } from "./shell.ts";
import type { WayName } from "../model/way.ts";
import type { AssociationProof } from "../verification/association-proof.ts";
import { camelCase } from "./camel-case.ts";
import { asInvoked } from "./invocation.ts";
import { remedyText } from "./remedy-text.ts";

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
  return labeled.map(([label, value]) => ({
    label,
    value: typeof value === "string" ? value : value.join("\n"),
  }));
}

/** What fixes a finding; `byFix` where `verify --fix` does. */
export function fixJson(remedy: Remedy): object {
  const { kind, command } = remedy;
  const { note, byFix = false, otherwise } = kind === "command" ? remedy : NOTHING_MORE;
  return {
    kind,
    text: remedyText(remedy),
    argv: command === undefined ? null : asInvoked(command),
    note: note ?? null,
    byFix,
    otherwise:
      otherwise === undefined
        ? null
        : {
            text: shellCommand(otherwise.command),
            argv: asInvoked(otherwise.command),
            note: otherwise.note,
          },
  };
}

/** What advice does not have of what a command may. */
const NOTHING_MORE: Partial<CommandRemedy> = {};

/** Why a run, or one row of it, failed. */
export function errorJson(failure: Failure): ErrorJson {
  const { facts = [], command, flags } = failure.detail;
  const hint = [adviceText(failure) ?? [], flags === undefined ? [] : shellCommand(flags)].flat();
  return {
    code: failure.code,
    message: failure.message,
    facts: labeledJson(facts),
    hint: hint.length === 0 ? null : hint.join("\n"),
    command: command === undefined ? null : shellCommand(command),
    argv: command === undefined ? null : asInvoked(command),
  };
}

/** A note; the command that it leads to, only where there is one, as a line for a shell and as its words. */
export function noteJson({ level, code, message, command }: Note): object {
  return {
    level,
    code,
    message,
    ...(command !== undefined && commandJson(command)),
  };
}

/** A command as a line for a shell and as its words. */
export function commandJson(words: CommandWords): object {
  return { command: shellCommand(words), argv: asInvoked(words) };
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

/** Whether STS, or EKS, accepted a ServiceAccount's token. */
export function proofJson(outcome: AssociationProof, way: WayName = "irsa"): object {
  const { state, ...proof } = fieldsOf(outcome);
  const whole = "milliseconds" in proof ? { milliseconds: Math.round(proof.milliseconds) } : {};
  return { state: camelCase(state), way: camelCase(way), ...proof, ...whole };
}

function fieldsOf(outcome: AssociationProof) {
  if (outcome.state === "not-permitted") {
    const { lacks: _, ...fields } = outcome;
    return fields;
  }
  if (outcome.state !== "no-pod") return outcome;
  const { injected, ...fields } = outcome;
  return injected.state === "known"
    ? { ...fields, injected: injected.value }
    : { ...fields, injected: null, reason: injected.failure.message };
}
