import type { Pod, RoleBinding, Workload } from "../model/kinds.ts";
import type { KubeObject, StringMap } from "../model/object.ts";
import { qualifiedName, type Resource } from "../model/resources.ts";
import { matchesLabels } from "../model/selectors.ts";
import { invalid, type StatusCause } from "../model/status.ts";
import { equalJson } from "../patch/json.ts";
import { forbiddenValue, invalidValue, required, tooLong } from "./causes.ts";
import { keyComplaints, labelValueComplaints, nameComplaints } from "./name-rules.ts";
import { podSpecCauses } from "./pod-rules.ts";

/** All annotations of an object together, keys and values. */
const ANNOTATIONS_LIMIT = 262_144;

/** @throws ApiError 422 with a cause for every rule that the object breaks; `previous` is what it replaces. */
export function validate(resource: Resource, object: KubeObject, previous?: KubeObject): void {
  const rules = RULES[qualifiedName(resource)];
  const causes = [...metadataCauses(resource, object), ...(rules?.(object, previous) ?? [])];
  if (causes.length > 0) throw invalid(resource, object.metadata.name, causes);
}

function metadataCauses(resource: Resource, { metadata }: KubeObject): readonly StatusCause[] {
  const { name, labels = {}, annotations = {} } = metadata;
  if (name === "") return [required("metadata.name", "name or generateName is required")];
  return [
    ...nameComplaints(resource, name).map((text) => invalidValue("metadata.name", name, text)),
    ...labelCauses(labels, "metadata.labels"),
    ...annotationCauses(annotations),
  ];
}

function labelCauses(labels: StringMap, field: string): readonly StatusCause[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...keyComplaints(key).map((text) => invalidValue(field, key, text)),
    ...labelValueComplaints(value).map((text) => invalidValue(field, value, text)),
  ]);
}

function annotationCauses(annotations: StringMap): readonly StatusCause[] {
  const field = "metadata.annotations";
  const size = Object.entries(annotations)
    .flat()
    .reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return [
    ...Object.keys(annotations).flatMap((key) =>
      // Unlike a label's, an annotation's key may hold capitals in its prefix.
      keyComplaints(key.toLowerCase()).map((text) => invalidValue(field, key, text)),
    ),
    ...(size > ANNOTATIONS_LIMIT ? [tooLong(field, ANNOTATIONS_LIMIT)] : []),
  ];
}

type Rules = (object: KubeObject, previous?: KubeObject) => readonly StatusCause[];

const RULES: Readonly<Record<string, Rules>> = {
  pods: podCauses,
  "deployments.apps": workloadCauses,
  "daemonsets.apps": workloadCauses,
  "statefulsets.apps": workloadCauses,
  "replicasets.apps": workloadCauses,
  "jobs.batch": ({ spec }) => templateCauses(spec as Workload["spec"] | undefined),
  "rolebindings.rbac.authorization.k8s.io": bindingCauses,
  "clusterrolebindings.rbac.authorization.k8s.io": bindingCauses,
};

/** The members of a pod's spec that may still change. */
const MUTABLE_POD_FIELDS = new Set(["activeDeadlineSeconds", "terminationGracePeriodSeconds", "tolerations"]);
const MUTABLE_POD_TEXT =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

function podCauses(object: KubeObject, previous?: KubeObject): readonly StatusCause[] {
  const { spec } = object as Pod;
  const changed = previous !== undefined && !equalJson(fixedPart(spec), fixedPart((previous as Pod).spec));
  return [...podSpecCauses(spec, "spec"), ...(changed ? [forbiddenValue("spec", MUTABLE_POD_TEXT)] : [])];
}

function fixedPart({ containers, initContainers = [], nodeName: _scheduled, ...spec }: Pod["spec"]): unknown {
  const withoutImages = [containers, initContainers].map((list) =>
    list.map((item) => ({ ...item, image: "" })),
  );
  const rest = Object.entries(spec).filter(([member]) => !MUTABLE_POD_FIELDS.has(member));
  return [withoutImages, Object.fromEntries(rest)];
}

function workloadCauses(object: KubeObject, previous?: KubeObject): readonly StatusCause[] {
  const spec = object["spec"] as Workload["spec"] | undefined;
  const selector = spec?.selector;
  if (selector === undefined) return [required("spec.selector"), ...templateCauses(spec)];
  const labels = spec?.template?.metadata?.labels;
  const text = "`selector` does not match template `labels`";
  const before = (previous as Workload | undefined)?.spec.selector;
  return [
    ...(matchesLabels(selector, labels) ? [] : [invalidValue("spec.template.metadata.labels", labels, text)]),
    ...(before !== undefined && !equalJson(before, selector)
      ? [invalidValue("spec.selector", selector, "field is immutable")]
      : []),
    ...templateCauses(spec),
  ];
}

function templateCauses(spec: Workload["spec"] | undefined): readonly StatusCause[] {
  return podSpecCauses(spec?.template?.spec, "spec.template.spec");
}

function bindingCauses(object: KubeObject, previous?: KubeObject): readonly StatusCause[] {
  const { roleRef } = object as RoleBinding;
  if (previous === undefined || equalJson(roleRef, (previous as RoleBinding).roleRef)) return [];
  const { apiGroup, kind, name } = roleRef;
  // The value is printed by the names of Go's fields.
  const value = { APIGroup: apiGroup, Kind: kind, Name: name };
  return [invalidValue("roleRef", value, "field is immutable")];
}
