import type { PodTemplate, Workload } from "../model/kinds.ts";
import type { KubeObject } from "../model/object.ts";
import { isObject, type Json, type JsonObject } from "../patch/json.ts";
import { podSpecDefaults } from "./pod-defaults.ts";

/** Fills in these defaults of a workload, and those of its template. */
export function workloadDefaults(defaults: JsonObject): (object: KubeObject) => KubeObject {
  return (object) => {
    const { template, ...spec } = (object["spec"] ?? {}) as Workload["spec"];
    return {
      ...object,
      spec: {
        ...defaults,
        ...spec,
        ...strategyDefaults(defaults, spec as unknown as JsonObject),
        ...(template && { template: templateDefaults(template) }),
      },
    };
  };
}

/** A strategy that says nothing of its type is the default one; of the default type, it may leave out how. */
function strategyDefaults(defaults: JsonObject, spec: JsonObject): JsonObject {
  const given = ["strategy", "updateStrategy"].filter((member) => isObject(defaults[member]));
  return Object.fromEntries(
    given.map((member) => [member, strategyOf(defaults[member] as JsonObject, spec[member])]),
  );
}

function strategyOf(fallback: JsonObject, given: Json | undefined): JsonObject {
  if (!isObject(given)) return fallback;
  const { type = fallback["type"] ?? "", rollingUpdate } = given;
  if (type !== fallback["type"]) return given;
  const rolling = isObject(rollingUpdate) ? rollingUpdate : {};
  return { type, rollingUpdate: { ...(fallback["rollingUpdate"] as JsonObject), ...rolling } };
}

function templateDefaults(template: PodTemplate): PodTemplate {
  return template.spec === undefined ? template : { ...template, spec: podSpecDefaults(template.spec) };
}
