import { expect, it } from "vitest";
import { findPodMakers } from "../../src/manifests/find-pod-makers.ts";
import { findSkipped } from "../../src/manifests/find-skipped.ts";
import { readManifests } from "../../src/manifests/read-manifests.ts";

const object = (apiVersion: string, kind: string, spec: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a, namespace: shop}\nspec: ${spec}\n`;
const DEPLOYMENT = object("apps/v1", "Deployment", "{template: {spec: {containers: []}}}");
const OWN_WAY = "runs pods in its own way";

it.each<readonly [string, string, readonly (readonly [line: number, what: string, reason?: string])[]]>([
  ["a Deployment is not skipped", DEPLOYMENT, []],
  [
    "a patch of a Deployment",
    object("apps/v1", "Deployment", "{replicas: 2}"),
    [[1, "Deployment/a", "has no pod template (a patch)"]],
  ],
  [
    "a patch of a CronJob",
    object("batch/v1", "CronJob", "{jobTemplate: {spec: {backoffLimit: 1}}}"),
    [[1, "CronJob/a", "has no pod template (a patch)"]],
  ],
  ["a JSON patch", "- {op: replace, path: /spec/replicas, value: 2}\n", [[1, "", "is a JSON patch"]]],
  ["a list of something else", "- a\n- b\n", [[1, ""]]],
  [
    "Argo's Workflow",
    object(
      "argoproj.io/v1alpha1",
      "Workflow",
      "{serviceAccountName: x, templates: [{container: {image: a}}]}",
    ),
    [[1, "Workflow/a", OWN_WAY]],
  ],
  [
    "Argo's Rollout with a workloadRef",
    object(
      "argoproj.io/v1alpha1",
      "Rollout",
      '{workloadRef: {apiVersion: apps/v1, "kind": Deployment, name: b}}',
    ),
    [[1, "Rollout/a", "uses the pod template of Deployment/b (workloadRef)"]],
  ],
  [
    "a Rollout of another group",
    object("example.com/v1", "Rollout", "{template: {spec: {containers: []}}}"),
    [[1, "Rollout/a", OWN_WAY]],
  ],
  [
    "a Deployment of somebody else",
    object("example.com/v1", "Deployment", "{template: {spec: {containers: []}}}"),
    [[1, "Deployment/a", OWN_WAY]],
  ],
  ["a Service", object("v1", "Service", "{ports: []}"), [[1, "Service/a"]]],
  [
    "a CustomResourceDefinition that describes containers",
    object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "{x: {containers: {type: array}}}"),
    [[1, "CustomResourceDefinition/a"]],
  ],
  ["values of a chart", "replicas: 1\nimage: {tag: a}\n", [[1, ""]]],
  ["an empty document", "---\n---\n", []],
  [
    "a list, and documents behind one another",
    `apiVersion: v1\nkind: List\nitems:\n- ${DEPLOYMENT.replaceAll("\n", "\n  ").trim()}\n- {apiVersion: v1, kind: ConfigMap}\n---\n${object("v1", "Secret", "{}")}`,
    [
      [8, "ConfigMap"],
      [10, "Secret/a"],
    ],
  ],
])("%s", (_what, text, expected) => {
  const read = readManifests(text);
  if (!read.ok) throw new Error(read.problem);
  const skipped = findSkipped(read.value);
  expect(
    skipped.map(({ line, what, reason }) => (reason === undefined ? [line, what] : [line, what, reason])),
  ).toEqual(expected);
  // Nothing is both, and nothing with a kind is neither.
  const kinds = (text.match(/\bkind: (?!List)\w/g) ?? []).length;
  const told = skipped.filter(({ kind }) => kind !== undefined).length + findPodMakers(read.value).length;
  expect(told).toBe(kinds);
});
