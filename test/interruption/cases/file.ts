import { CLOUDWATCH, INLINE, ownPolicy, S3_READ } from "../../fakes/values.ts";
import type { World } from "../../fakes/world.ts";
import { runWell } from "../../fakes/command-line.ts";
import { fileOf } from "../files.ts";
import { worldOfOthers } from "../others.ts";
import type { WritingCommand } from "../sweep.ts";

const serviceAccount = (path: string, rest: object): object => {
  const [namespace, name] = path.split("/");
  return { metadata: { namespace, name }, ...rest };
};

const clusterConfigOf = (name: string, iam: object): string =>
  fileOf(name, {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: "eks-work-cluster", region: "ap-northeast-2" },
    iam,
  });

const clusterConfig = (name: string, ...serviceAccounts: readonly object[]): string =>
  clusterConfigOf(name, { withOIDC: true, serviceAccounts });

const association = (path: string, rest: object): object => {
  const [namespace, serviceAccountName] = path.split("/");
  return { namespace, serviceAccountName, createServiceAccount: true, ...rest };
};

const associations = (name: string, ...podIdentityAssociations: readonly object[]): string =>
  clusterConfigOf(name, { podIdentityAssociations });

/** The same by Pod Identity: one ServiceAccount that changes and one that goes; then one that comes. */
const ASSOCIATED = associations(
  "associated.yaml",
  association("a/changes", { permissionPolicyARNs: [CLOUDWATCH] }),
  association("b/goes", { permissionPolicyARNs: [S3_READ] }),
);
const REASSOCIATED = associations(
  "reassociated.yaml",
  association("a/changes", { permissionPolicyARNs: [CLOUDWATCH], tags: { team: "edge" } }),
  association("c/comes", { permissionPolicyARNs: [S3_READ], disableSessionTags: true }),
);

/** What was applied last week. */
const BEFORE = clusterConfig(
  "before.yaml",
  serviceAccount("a/changes", { attachPolicyARNs: [CLOUDWATCH, ownPolicy("more")], attachPolicy: INLINE }),
  serviceAccount("a/stays", { attachPolicyARNs: [CLOUDWATCH] }),
  serviceAccount("b/goes", { attachPolicyARNs: [CLOUDWATCH, S3_READ], attachPolicy: INLINE }),
);

/** What is asked now: other policies, no inline one, a new ServiceAccount in a new namespace, one ServiceAccount less. */
const NOW = clusterConfig(
  "now.yaml",
  serviceAccount("a/changes", { attachPolicyARNs: [S3_READ, ownPolicy("more")] }),
  serviceAccount("a/stays", { attachPolicyARNs: [CLOUDWATCH] }),
  serviceAccount("c/comes", {
    wellKnownPolicies: { externalDNS: true },
    permissionsBoundary: ownPolicy("more"),
    tags: { team: "edge" },
  }),
);

/** For every cluster that is covered. */
const EVERYWHERE = fileOf("everywhere.yaml", {
  apiVersion: "eksctl.io/v1alpha5",
  kind: "ClusterConfig",
  iam: {
    withOIDC: true,
    serviceAccounts: [
      serviceAccount("a/first", { attachPolicyARNs: [CLOUDWATCH] }),
      serviceAccount("b/second", { attachPolicyARNs: [S3_READ] }),
    ],
  },
});

const SET = "--set fleet";

async function lastWeek(): Promise<World> {
  const world = worldOfOthers().withPolicy(ownPolicy("more"));
  await runWell(world, `apply -f ${BEFORE} ${SET} --approve`);
  return world;
}

async function associated(): Promise<World> {
  const world = worldOfOthers();
  await runWell(world, `apply -f ${ASSOCIATED} ${SET} --approve`);
  return world;
}

/** A file of ServiceAccounts: from nothing, changed, and with what is no longer in it pruned. */
export const FILE: readonly WritingCommand[] = [
  {
    name: "apply of a file, from nothing",
    before: () => worldOfOthers().withPolicy(ownPolicy("more")),
    line: `apply -f ${BEFORE} ${SET}`,
    writes: [
      "iam.attachPolicy",
      "iam.createProvider",
      "iam.createRole",
      "iam.putInlinePolicy",
      "kubernetes.createNamespace",
      "kubernetes.createServiceAccount",
    ],
  },
  {
    name: "apply of a file to all clusters",
    before: () => worldOfOthers().withPolicy(ownPolicy("more")),
    line: `apply -f ${EVERYWHERE} --all-clusters --region ap-northeast-2`,
    writes: [
      "iam.attachPolicy",
      "iam.createProvider",
      "iam.createRole",
      "kubernetes.createNamespace",
      "kubernetes.createServiceAccount",
    ],
  },
  {
    name: "apply of a file that has changed",
    before: lastWeek,
    line: `apply -f ${NOW} ${SET}`,
    writes: [
      "iam.attachPolicy",
      "iam.createRole",
      "iam.deleteInlinePolicy",
      "iam.detachPolicy",
      "iam.putInlinePolicy",
      "iam.tagRole",
      "kubernetes.createNamespace",
      "kubernetes.createServiceAccount",
    ],
  },
  {
    name: "apply --prune",
    before: lastWeek,
    line: `apply -f ${NOW} ${SET} --prune --prune-max 2`,
    writes: [
      "iam.attachPolicy",
      "iam.createRole",
      "iam.deleteInlinePolicy",
      "iam.deleteRole",
      "iam.detachPolicy",
      "iam.putInlinePolicy",
      "iam.tagRole",
      "kubernetes.createNamespace",
      "kubernetes.createServiceAccount",
      "kubernetes.deleteServiceAccount",
    ],
  },
  {
    name: "apply --prune of a file with Pod Identity associations",
    before: associated,
    line: `apply -f ${REASSOCIATED} ${SET} --prune --prune-max 2`,
    writes: [
      "eks.createPodIdentity",
      "eks.deletePodIdentity",
      "eks.tagPodIdentity",
      "iam.attachPolicy",
      "iam.createRole",
      "iam.deleteRole",
      "iam.detachPolicy",
      "iam.tagRole",
      "kubernetes.createNamespace",
      "kubernetes.createServiceAccount",
      "kubernetes.deleteServiceAccount",
    ],
  },
];
