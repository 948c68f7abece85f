import type { TemplateSource, Workload, WorkloadRef } from "../model/kubernetes-objects.ts";
import { kindRow, type WorkloadKind } from "../model/workload-kinds.ts";
import { object, optional, text, under, type Shape } from "./answer.ts";
import { managersOf, METADATA } from "./wire.ts";
import { POD_TEMPLATE, toPodSpec } from "./wire-pod.ts";
import { rolloutShape } from "./wire-rollout.ts";

/** The path of a workload in the API. */
export function workloadPath({ kind, namespace, name }: WorkloadRef): string {
  const { group, version, resource } = kindRow(kind);
  return `/apis/${group}/${version}/namespaces/${namespace}/${resource}/${name}`;
}

const SOURCE: Shape<TemplateSource | undefined> = optional(
  object({ apiVersion: text, kind: text, name: text }),
);

/** What we read of a workload's JSON. */
export function workloadShape(ref: WorkloadRef): Shape<Workload> {
  const readTemplate = under(kindRow(ref.kind).template, optional(POD_TEMPLATE));
  const readSource = sourceShape(ref.kind);
  const readMetadata = object({ metadata: METADATA });
  const readRollout = rolloutShape(ref.kind);
  return (value) => {
    const { metadata } = readMetadata(value);
    const controller = metadata.ownerReferences?.find((owner) => owner.controller === true);
    const templateOf = readSource(value);
    const template = readTemplate(value) ?? { spec: { containers: [] } };
    const rollout = readRollout(value);
    return {
      ref,
      resourceVersion: metadata.resourceVersion ?? "",
      labels: metadata.labels ?? {},
      annotations: metadata.annotations ?? {},
      managers: managersOf(metadata),
      ...(controller !== undefined && { controller: { kind: controller.kind, name: controller.name } }),
      template: templateOf === undefined ? toPodSpec(template) : undefined,
      ...(templateOf !== undefined && { templateOf }),
      ...(rollout !== undefined && { rollout }),
    };
  };
}

function sourceShape(kind: WorkloadKind): Shape<TemplateSource | undefined> {
  const { templateRef } = kindRow(kind);
  return templateRef === undefined ? () => undefined : under(["spec", templateRef], SOURCE);
}

/** A merge patch that changes the pod spec of a workload's template. */
export function templateEdit(kind: WorkloadKind, podSpec: object): object {
  return nested([...kindRow(kind).template, "spec"], podSpec);
}

/** A merge patch that has a workload's pods replaced, as kubectl (or Argo Rollouts' plugin) sends it. */
export function restartEdit(kind: WorkloadKind, at: Date): object {
  const { template, restart } = kindRow(kind);
  if (restart === undefined) throw new TypeError(`nothing restarts a ${kind}`);
  return {
    "template-annotation": nested([...template, "metadata", "annotations"], {
      "kubectl.kubernetes.io/restartedAt": at.toISOString(),
    }),
    "restart-at": { spec: { restartAt: nextSecond(at) } },
  }[restart];
}

/** Times in the API are of whole seconds, and pods made in the second of `restartAt` itself are kept. */
function nextSecond(at: Date): string {
  return new Date(Math.ceil(at.getTime() / 1000) * 1000).toISOString().replace(".000Z", "Z");
}

function nested(keys: readonly string[], value: object): object {
  return keys.reduceRight<object>((inner, key) => ({ [key]: inner }), value);
}
