import { invalid, valid, type Parsed } from "./problems.ts";
import { kindWord, KINDS, KIND_WORDS, type PodMakerKind } from "./workload-kinds.ts";

/** A workload as it is named on the command line; `kind` as manifests write it. */
export interface WorkloadName {
  readonly kind: PodMakerKind;
  readonly name: string;
}

/** A workload by `kind/name`, the kind as kubectl takes it: singular, plural or short, in any case. */
export function parseWorkloadName(text: string): Parsed<WorkloadName> {
  const [kindText = "", name = "", ...more] = text.split("/");
  if (name === "" || more.length > 0)
    return invalid("is not a valid workload; use KIND/NAME, for example deployment/my-app");
  const word = kindWord(kindText);
  if (word === undefined) return invalid(`has the unknown kind '${kindText}'; use ${KIND_WORDS.join(", ")}`);
  if (isObjectName(name)) return valid({ kind: KINDS[word].kind, name });
  return invalid(
    `has the name '${name}', which is not a valid name: Kubernetes allows a-z, 0-9, '-' and '.'`,
  );
}

/** True for what can be the name of an object. Source: Kubernetes, "Object Names and IDs". */
export function isObjectName(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name);
}

/** `kind/name`, as kubectl writes it. */
export function workloadText({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${kind.toLowerCase()}/${name}`;
}
