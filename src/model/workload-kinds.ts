/** A kind that is a pod, or that makes pods from a template. */
interface KindRow {
  /** As manifests write it. */
  readonly kind: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** As the API's paths and RBAC name it. */
  readonly resource: string;
  /** kubectl's. */
  readonly shortNames: readonly string[];
  /** The keys that lead from an object to its pod template; none for a pod, which is one. */
  readonly template: readonly string[];
  /** The field that may refer to another workload, whose pod template is used instead. */
  readonly templateRef?: string;
  /** Whether its template can be edited in the cluster; `unread` kinds are only edited in manifests. */
  readonly live: "editable" | "immutable" | "unread";
  /** How its running pods are replaced; absent for kinds that nothing rolls out. */
  readonly restart?: "template-annotation" | "restart-at";
  /** The label with which its ReplicaSets and their pods are distinguished, whose value ends the ReplicaSets' names. */
  readonly replicaSetLabel?: string;
  /** The kind of the objects that make its pods, whose names begin with its own. */
  readonly through?: string;
  /** True for a kind that a cluster may lack (a CustomResourceDefinition). */
  readonly custom?: true;
}

/**
 * The kinds by the word for them on the command line. Sources: Kubernetes API reference and `kubectl api-resources`;
 * Argo Rollouts, "Specification" (spec.workloadRef, spec.restartAt) and its label rollouts-pod-template-hash.
 */
export const KINDS = {
  deployment: {
    kind: "Deployment",
    group: "apps",
    version: "v1",
    resource: "deployments",
    shortNames: ["deploy"],
    template: ["spec", "template"],
    live: "editable",
    restart: "template-annotation",
    replicaSetLabel: "pod-template-hash",
  },
  daemonset: {
    kind: "DaemonSet",
    group: "apps",
    version: "v1",
    resource: "daemonsets",
    shortNames: ["ds"],
    template: ["spec", "template"],
    live: "editable",
    restart: "template-annotation",
  },
  statefulset: {
    kind: "StatefulSet",
    group: "apps",
    version: "v1",
    resource: "statefulsets",
    shortNames: ["sts"],
    template: ["spec", "template"],
    live: "editable",
    restart: "template-annotation",
  },
  replicaset: {
    kind: "ReplicaSet",
    group: "apps",
    version: "v1",
    resource: "replicasets",
    shortNames: ["rs"],
    template: ["spec", "template"],
    live: "unread",
  },
  replicationcontroller: {
    kind: "ReplicationController",
    group: "",
    version: "v1",
    resource: "replicationcontrollers",
    shortNames: ["rc"],
    template: ["spec", "template"],
    live: "unread",
  },
  job: {
    kind: "Job",
    group: "batch",
    version: "v1",
    resource: "jobs",
    shortNames: [],
    template: ["spec", "template"],
    live: "immutable",
  },
  cronjob: {
    kind: "CronJob",
    group: "batch",
    version: "v1",
    resource: "cronjobs",
    shortNames: ["cj"],
    template: ["spec", "jobTemplate", "spec", "template"],
    live: "editable",
    through: "job",
  },
  rollout: {
    kind: "Rollout",
    group: "argoproj.io",
    version: "v1alpha1",
    resource: "rollouts",
    shortNames: ["ro"],
    template: ["spec", "template"],
    templateRef: "workloadRef",
    live: "editable",
    restart: "restart-at",
    replicaSetLabel: "rollouts-pod-template-hash",
    custom: true,
  },
  pod: {
    kind: "Pod",
    group: "",
    version: "v1",
    resource: "pods",
    shortNames: ["po"],
    template: [],
    live: "unread",
  },
} as const satisfies Readonly<Record<string, KindRow>>;

type Rows = typeof KINDS;

/** The word for a kind on the command line: its name in lower case. */
export type KindWord = keyof Rows;
/** A kind as manifests write it. */
export type PodMakerKind = Rows[KindWord]["kind"];
/** A kind of workload that is read in the cluster. */
export type WorkloadKind = {
  [Word in KindWord]: Rows[Word]["live"] extends "unread" ? never : Word;
}[KindWord];

/** A kind's row, whichever fields the kind has. */
export function kindRow(word: KindWord): KindRow {
  return KINDS[word];
}

/** All of them. */
export const KIND_WORDS = Object.keys(KINDS) as readonly KindWord[];
/** The kinds of workloads that are read in the cluster. */
export const WORKLOAD_KINDS = KIND_WORDS.filter(
  (word): word is WorkloadKind => KINDS[word].live !== "unread",
);
/** The kinds as manifests write them. */
export const POD_MAKER_KINDS: readonly PodMakerKind[] = KIND_WORDS.map((word) => KINDS[word].kind);

/** The kind behind a word for it, as kubectl takes it: singular, plural or short, in any case, with its group or without. */
export function kindWord(word: string): KindWord | undefined {
  const text = word.toLowerCase();
  return KIND_WORDS.find((one) => {
    const { group, version, resource, shortNames } = kindRow(one);
    const names = [one, resource, ...shortNames];
    return names.some((name) =>
      group === "" ? text === name : [name, `${name}.${group}`, `${name}.${version}.${group}`].includes(text),
    );
  });
}

/** The kind that a manifest's `kind` and `apiVersion` mean; one of the same name in another group is another kind. */
export function kindOf(kind: string, apiVersion: string): KindWord | undefined {
  const [version = "", group = ""] = apiVersion.split("/").toReversed();
  if (!/^v\w+$/.test(version) || apiVersion.split("/").length > 2) return undefined;
  const word = KIND_WORDS.find((one) => KINDS[one].kind === kind);
  return word !== undefined && groupsOf(word).includes(group) ? word : undefined;
}

/** The workloads of `apps` were in `extensions` before. */
function groupsOf(word: KindWord): readonly string[] {
  const { group } = kindRow(word);
  return group === "apps" ? ["apps", "extensions"] : [group];
}

/** The workload behind the name of a ReplicaSet, by the labels of its pods, as `deployment/cart`. */
export function ownerOfReplicaSet(
  name: string,
  labels: Readonly<Record<string, string>>,
): string | undefined {
  for (const word of KIND_WORDS) {
    const { replicaSetLabel } = kindRow(word);
    const hash = replicaSetLabel === undefined ? undefined : labels[replicaSetLabel];
    if (hash !== undefined && name.endsWith(`-${hash}`)) return `${word}/${name.slice(0, -hash.length - 1)}`;
  }
  return undefined;
}

/** The row of a workload's kind, given as `kind/name`. */
export function rowOfWorkload(workload: string): KindRow | undefined {
  const word = KIND_WORDS.find((one) => workload.startsWith(`${one}/`));
  return word && kindRow(word);
}

/** True for a workload, given as `kind/name`, whose pods a restart replaces. */
export function isRestartable(workload: string): boolean {
  return rowOfWorkload(workload)?.restart !== undefined;
}
