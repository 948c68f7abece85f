import type { Note } from "../model/plan.ts";
import { Problems } from "../model/problems.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { addonNotes, overruledNotes, readAddonAssociations, type AddonAssociation } from "./addons.ts";
import { readPodIdentityAssociation } from "./pod-identity-association.ts";
import { readServiceAccount, type FileServiceAccount } from "./service-account.ts";
import { CLUSTER_CONFIG } from "./cluster-config.ts";
import { judgeForm } from "./judge-form.ts";
import { comparePlaces, placeText } from "./place.ts";
import { readYaml, type Source } from "./read-yaml.ts";
import { childOf, isTrue, itemsOf, textOf, type Tree } from "./tree.ts";

/** What files say of one cluster. */
export interface ClusterFile {
  readonly cluster: { readonly name: string; readonly region: string };
  /** The cluster's identity provider is part of the plan. */
  readonly withOidc: boolean;
  readonly serviceAccounts: readonly FileServiceAccount[];
  readonly notes: readonly Note[];
}

/** Reads eksctl ClusterConfigs, all of one cluster; what is wrong is noted, and then nothing comes back. */
export function readClusterFiles(sources: readonly Source[], all: Problems): ClusterFile | undefined {
  const problems = new Problems();
  const file = readAll(sources, problems);
  const inOrder = problems.list.toSorted((one, other) => comparePlaces(one.where, other.where));
  for (const { where, value, problem } of inOrder) all.note(where, value, problem);
  return file;
}

function readAll(sources: readonly Source[], problems: Problems): ClusterFile | undefined {
  const passedOver = new Set<string>();
  const documents = sources.flatMap((source) => readYaml(source, problems));
  for (const document of documents)
    judgeForm(document, CLUSTER_CONFIG, "", { format: "an eksctl ClusterConfig", problems, passedOver });
  const serviceAccounts = documents.flatMap((document) => serviceAccountsOf(document, problems));
  const ofAddons = documents.flatMap((document) => readAddonAssociations(document, problems));
  noteDoubles(serviceAccounts, problems);
  noteAddonDoubles(serviceAccounts, ofAddons, problems);
  const cluster = clusterOf(documents, sources, problems);
  if (cluster === undefined || problems.list.length > 0) return undefined;
  return {
    cluster,
    withOidc: documents.some(hasOidc),
    serviceAccounts,
    notes: [
      ...passedOverNotes(passedOver),
      ...addonNotes(documents, ofAddons),
      ...overruledNotes(serviceAccounts, ofAddons),
      ...impliedNotes(documents, serviceAccounts),
    ],
  };
}

/** Each kind of entry, with its reader. */
const ENTRIES = { serviceAccounts: readServiceAccount, podIdentityAssociations: readPodIdentityAssociation };

function serviceAccountsOf(document: Tree, problems: Problems): FileServiceAccount[] {
  return Object.entries(ENTRIES).flatMap(([field, readEntry]) =>
    itemsOf(childOf(childOf(document, "iam"), field)).flatMap(
      (entry, at) => readEntry(entry, `iam.${field}[${at}]`, problems) ?? [],
    ),
  );
}

function clusterOf(documents: readonly Tree[], sources: readonly Source[], problems: Problems) {
  const named = documents.flatMap((document) => {
    const metadata = childOf(document, "metadata");
    const [name, region] = [textOf(childOf(metadata, "name")), textOf(childOf(metadata, "region"))];
    return name === undefined || region === undefined
      ? []
      : [{ name, region, at: (metadata ?? document).at }];
  });
  const [first, ...more] = named;
  if (documents.length === 0 && sources.length > 0 && problems.list.length === 0)
    problems.note(sources.map(({ name }) => name).join(", "), "", "has no ClusterConfig");
  for (const other of more.filter(({ name, region }) => name !== first?.name || region !== first.region)) {
    const problem = `is a different cluster than ${first?.name} in ${first?.region} (${placeText(first?.at ?? other.at)}); one run handles one cluster`;
    problems.note(placeText(other.at), `${other.name} in ${other.region}`, problem);
  }
  return first && { name: first.name, region: first.region };
}

/**
 * A ServiceAccount may be once, and by one way: pods with both get the association's role, and irsa has one role for a
 * ServiceAccount. So may a role of a given name: names of roles differ in more than case.
 */
function noteDoubles(serviceAccounts: readonly FileServiceAccount[], problems: Problems): void {
  const seen = new Map<string, FileServiceAccount>();
  for (const entry of serviceAccounts) {
    const { serviceAccount, role, where } = entry;
    const roleName = role.kind === "managed" ? role.name : undefined;
    const keys = [
      ["ServiceAccount", serviceAccountPath(serviceAccount)] as const,
      ...(roleName === undefined ? [] : [["roleName", roleName] as const]),
    ];
    for (const [what, value] of keys) {
      const key = `${what} ${value.toLowerCase()}`;
      const earlier = seen.get(key);
      if (earlier !== undefined)
        problems.note(
          where,
          value,
          what === "ServiceAccount" && fieldOf(earlier) !== fieldOf(entry)
            ? `is in ${fieldOf(entry)} and in ${fieldOf(earlier)} (${earlier.where}): with both, new pods get the association's role. Keep one of them; to move from one to the other: irsa migrate-pod-identity`
            : `is a duplicate of ${what}, first defined at ${earlier.where}`,
        );
      seen.set(key, earlier ?? entry);
    }
  }
}

function fieldOf({ podIdentity }: FileServiceAccount): string {
  return podIdentity === undefined ? "iam.serviceAccounts" : "iam.podIdentityAssociations";
}

/** EKS has one association for a ServiceAccount. */
function noteAddonDoubles(
  serviceAccounts: readonly FileServiceAccount[],
  ofAddons: readonly AddonAssociation[],
  problems: Problems,
): void {
  const own = new Map(
    serviceAccounts
      .filter(({ podIdentity }) => podIdentity !== undefined)
      .map(({ serviceAccount, where }) => [serviceAccountPath(serviceAccount), where]),
  );
  for (const { path, addon, where } of ofAddons) {
    const first = own.get(path);
    const problem = `is in podIdentityAssociations of the add-on ${addon} and in iam.podIdentityAssociations (${first}); EKS allows one association for each ServiceAccount`;
    if (first !== undefined) problems.note(where, path, problem);
  }
}

function hasOidc(document: Tree): boolean {
  return isTrue(childOf(childOf(document, "iam"), "withOIDC"));
}

function passedOverNotes(paths: ReadonlySet<string>): Note[] {
  if (paths.size === 0) return [];
  const message = `ignored (managed by eksctl): ${[...paths].toSorted().join(", ")}`;
  return [{ level: "info", code: "passed-over", message }];
}

/** With `withOIDC`, eksctl makes a ServiceAccount for the VPC CNI too, unless the add-on is listed or none are wanted. */
function impliedNotes(documents: readonly Tree[], serviceAccounts: readonly FileServiceAccount[]): Note[] {
  const implied = documents.some(
    (document) =>
      hasOidc(document) &&
      !isTrue(childOf(childOf(document, "addonsConfig"), "disableDefaultAddons")) &&
      !itemsOf(childOf(document, "addons")).some((addon) => textOf(childOf(addon, "name")) === "vpc-cni"),
  );
  if (
    !implied ||
    serviceAccounts.some(
      ({ serviceAccount }) => serviceAccountPath(serviceAccount) === "kube-system/aws-node",
    )
  )
    return [];
  const message = "kube-system/aws-node is left unchanged; with withOIDC, eksctl manages it";
  return [{ level: "info", code: "implied-account", message }];
}
