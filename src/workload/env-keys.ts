import type { Known } from "../model/known.ts";
import type { Container, EnvSource, PodSpec } from "../model/kubernetes-objects.ts";

/** The keys of the ConfigMaps and Secrets that a pod has variables from, as far as they were read; `undefined`: it does not exist. */
export type EnvKeys = ReadonlyMap<string, Known<readonly string[] | undefined>>;

/** What is known without a read: nothing. */
export const NO_KEYS: EnvKeys = new Map();

/** A ConfigMap or Secret as kubectl names it, `secret/name`. */
export function sourceText({ kind, name }: Pick<EnvSource, "kind" | "name">): string {
  return `${kind}/${name}`;
}

/** Every ConfigMap and Secret that the containers have variables from, each once. */
export function envSourcesOf({ containers }: Pick<PodSpec, "containers">): readonly EnvSource[] {
  const all = containers.flatMap(({ envFrom }) => envFrom);
  return [...new Map(all.map((one) => [sourceText(one), one])).values()];
}

/** The first source that gives the container this variable. Source: Kubernetes API reference, EnvFromSource: the prefix is put in front. */
export function sourceOfVariable(
  { envFrom }: Container,
  variable: string,
  keys: EnvKeys,
): EnvSource | undefined {
  return envFrom.find((source) => {
    const found = keys.get(sourceText(source));
    return found?.state === "known" && found.value?.some((key) => `${source.prefix}${key}` === variable);
  });
}

/** The sources that may give the container this variable, since their keys could not be read. */
export function unseenSources({ envFrom }: Container, variable: string, keys: EnvKeys): readonly EnvSource[] {
  return envFrom.filter((source) => {
    const isPossible = variable.startsWith(source.prefix);
    return isPossible && keys.get(sourceText(source))?.state !== "known";
  });
}
