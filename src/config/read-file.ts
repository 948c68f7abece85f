import type { Note } from "../model/plan.ts";
import { Problems } from "../model/problems.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { addonNotes, overruledNotes, readAddonAssociations, type AddonAssociation } from "./addons.ts";
import { readPodIdentityAssociation } from "./pod-identity-association.ts";
import { readServiceAccount, type FileServiceAccount } from "./service-account.ts";
import { CLUSTER_CONFIG } from "./cluster-config.ts";
import { readSelector } from "./cluster-selector.ts";
import type { ObjectShape } from "./shape.ts";
import { judgeForm } from "./judge-form.ts";
import { comparePlaces, placeText } from "./place.ts";
import { readYaml, type Source } from "./read-yaml.ts";
import { childOf, isTrue, itemsOf, textOf, type Tree } from "./tree.ts";

/** What files ask for in one cluster, whichever it is. */
export interface FileContents {
  /** The cluster's identity provider is part of the plan. */
  readonly withOidc: boolean;
  readonly serviceAccounts: readonly FileServiceAccount[];
  readonly notes: readonly Note[];
}

/** What files say of one cluster. */
export interface ClusterFile extends FileContents {
  readonly cluster: { readonly name: string; readonly region: string; readonly awsAccount?: string };
}

/** A document of a file, whose form was judged. */
export interface ConfigDocument {
  readonly tree: Tree;
  /** Paths of the fields that are there and that irsa does nothing about. */
  readonly passedOver: ReadonlySet<string>;
}

/** Reads eksctl ClusterConfigs, all of one cluster; what is wrong is noted, and then nothing comes back. */
export function readClusterFiles(sources: readonly Source[], all: Problems): ClusterFile | undefined {
  const problems = new Problems();
  const documents = readDocuments(sources, CLUSTER_CONFIG, problems);
  const contents = contentsOf(documents, problems);
  const cluster = clusterOf(documents, problems);
  noteInOrder(problems, all);
  return cluster === undefined || problems.list.length > 0 ? undefined : { cluster, ...contents };
}

/** Notes problems in files by file, line and column. */
export function noteInOrder(problems: Problems, all: Problems): void {
  const inOrder = problems.list.toSorted((one, other) => comparePlaces(one.where, other.where));
  for (const { where, value, problem } of inOrder) all.note(where, value, problem);
}

/** The documents in files, each as the shape has it; what is wrong is noted. */
export function readDocuments(
  sources: readonly Source[],
  shape: ObjectShape,
  problems: Problems,
): readonly ConfigDocument[] {
  const trees = sources.flatMap((source) => readYaml(source, problems));
  if (trees.length === 0 && sources.length > 0 && problems.list.length === 0)
    problems.note(sources.map(({ name }) => name).join(", "), "", "has no ClusterConfig");
  return trees.map((tree) => {
    const passedOver = new Set<string>();
    judgeForm(tree, shape, "", { format: "an eksctl ClusterConfig", problems, passedOver });
    return { tree, passedOver };
  });
}

/** What documents ask for together; what is wrong, and what contradicts, is noted. */
export function contentsOf(documents: readonly ConfigDocument[], problems: Problems): FileContents {
  const trees = documents.map(({ tree }) => tree);
  const serviceAccounts = trees.flatMap((tree) => serviceAccountsOf(tree, problems));
  const ofAddons = trees.flatMap((tree) => readAddonAssociations(tree, problems));
  noteDoubles(serviceAccounts, problems);
  noteAddonDoubles(serviceAccounts, ofAddons, problems);
  return {
    withOidc: trees.some(hasOidc),
    serviceAccounts,
    notes: [
      ...passedOverNotes(new Set(documents.flatMap(({ passedOver }) => [...passedOver]))),
      ...addonNotes(trees, ofAddons),
      ...overruledNotes(serviceAccounts, ofAddons),
      ...impliedNotes(trees, serviceAccounts),
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

function clusterOf(
  documents: readonly ConfigDocument[],
  problems: Problems,
): ClusterFile["cluster"] | undefined {
  const named = documents.flatMap(({ tree }) => {
    const { name, region, ...chosen } = readSelector(tree, problems);
    return name === undefined || region === undefined ? [] : [{ name, region, ...chosen }];
  });
  const [first, ...more] = named;
  if (first === undefined) return undefined;
  for (const other of more.filter(({ name, region }) => name !== first.name || region !== first.region)) {
    const problem = `is a different cluster than ${first.name} in ${first.region} (${placeText(first.at)}); one run handles one cluster`;
    problems.note(placeText(other.at), `${other.name} in ${other.region}`, problem);
  }
  const accounts = named.filter(({ awsAccount }) => awsAccount !== undefined);
  for (const { awsAccount, at } of accounts.filter((one) => one.awsAccount !== accounts[0]?.awsAccount))
    problems.note(
      placeText(at),
      awsAccount ?? "",
      `is a different AWS account than ${accounts[0]?.awsAccount}`,
    );
  const awsAccount = accounts[0]?.awsAccount;
  return { name: first.name, region: first.region, ...(awsAccount !== undefined && { awsAccount }) };
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
