import type { Container, PodSpec } from "../model/kinds.ts";
import type { StatusCause } from "../model/status.ts";
import { duplicate, invalidValue, notFoundValue, required } from "./causes.ts";
import { labelComplaints } from "./name-rules.ts";

/** What is wrong with a pod's spec, or with a template's; `path` is where it stands. */
export function podSpecCauses(spec: PodSpec | undefined, path: string): readonly StatusCause[] {
  const { containers = [], initContainers = [], volumes = [] } = spec ?? {};
  const volumeNames = volumes.map(({ name }) => name);
  return [
    ...volumes.flatMap(({ name }, index) =>
      nameCauses(name, volumeNames.slice(0, index), `${path}.volumes[${index}].name`),
    ),
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...containerCauses(containers, volumeNames, `${path}.containers`),
    ...containerCauses(initContainers, volumeNames, `${path}.initContainers`),
  ];
}

function containerCauses(
  containers: readonly Container[],
  volumes: readonly string[],
  path: string,
): readonly StatusCause[] {
  const names = containers.map(({ name }) => name);
  return containers.flatMap(({ name, image = "", volumeMounts = [] }, index) => [
    ...nameCauses(name, names.slice(0, index), `${path}[${index}].name`),
    ...(image === "" ? [required(`${path}[${index}].image`)] : []),
    ...volumeMounts
      .map((mount, at) => ({ name: mount.name, field: `${path}[${index}].volumeMounts[${at}].name` }))
      .filter((mount) => !volumes.includes(mount.name))
      .map((mount) => notFoundValue(mount.field, mount.name)),
  ]);
}

function nameCauses(
  name: string | undefined,
  before: readonly string[],
  field: string,
): readonly StatusCause[] {
  if (name === undefined || name === "") return [required(field)];
  if (before.includes(name)) return [duplicate(field, name)];
  return labelComplaints(name).map((complaint) => invalidValue(field, name, complaint));
}
