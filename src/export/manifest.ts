import { yamlText } from "../output/yaml.ts";
import { resourcesOf, type ExportModel } from "./model.ts";

/** An object of the Kubernetes API, as it is applied. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Pairs;
    readonly annotations?: Pairs;
  };
  readonly spec?: object;
}

type Pairs = Readonly<Record<string, string>>;

/** Objects as one stream of YAML documents; streams can be joined. kubectl reads YAML 1.1. */
export function manifestsText(manifests: readonly Manifest[]): string {
  return manifests.map((manifest) => `---\n${yamlText(manifest, "1.1")}`).join("");
}

/** What the Kubernetes API itself has: the namespaces and ServiceAccounts of a model. */
export function coreManifests(model: ExportModel): readonly Manifest[] {
  return [
    ...resourcesOf(model, "namespace").map(({ name }) => core("Namespace", { name })),
    ...resourcesOf(model, "serviceAccount").map(({ serviceAccount, labels, annotations }) =>
      core("ServiceAccount", {
        namespace: serviceAccount.namespace,
        name: serviceAccount.name,
        ...pairs("labels", labels),
        ...pairs("annotations", annotations),
      }),
    ),
  ];
}

function core(kind: string, metadata: Manifest["metadata"]): Manifest {
  return { apiVersion: "v1", kind, metadata };
}

/** A field of pairs, absent where there are none: an empty one would be a change of what is live. */
export function pairs(name: string, entries: Pairs): Readonly<Record<string, Pairs>> {
  return Object.keys(entries).length === 0 ? {} : { [name]: Object.fromEntries(sorted(entries)) };
}

/** By key, as the API server gives them back: the order in a file is not theirs. */
export function sorted(entries: Pairs): readonly (readonly [key: string, value: string])[] {
  return Object.entries(entries).toSorted(([one], [other]) => (one < other ? -1 : 1));
}
