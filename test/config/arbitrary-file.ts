import {
  boolean,
  constant,
  constantFrom,
  dictionary,
  oneof,
  option,
  record,
  subarray,
  uniqueArray,
  type Arbitrary,
} from "fast-check";
import { stringify } from "yaml";

const POLICIES = ["CloudWatchAgentServerPolicy", "AmazonS3ReadOnlyAccess"].map(
  (name) => `arn:aws:iam::aws:policy/${name}`,
);
const WELL_KNOWN = ["externalDNS", "certManager", "autoScaler", "efsCSIController", "nodeTerminationHandler"];

const permissions = record({
  attachPolicyARNs: subarray(POLICIES),
  wellKnown: subarray(WELL_KNOWN),
  inline: option(constantFrom("s3:GetObject", "sqs:ReceiveMessage"), { nil: undefined }),
})
  .filter((one) => one.attachPolicyARNs.length + one.wellKnown.length > 0 || one.inline !== undefined)
  .map(({ attachPolicyARNs, wellKnown, inline }) => ({
    ...(attachPolicyARNs.length > 0 && { attachPolicyARNs }),
    ...(wellKnown.length > 0 && {
      wellKnownPolicies: Object.fromEntries(wellKnown.map((name) => [name, true])),
    }),
    ...(inline !== undefined && {
      attachPolicy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: inline, Resource: "*" }],
      },
    }),
  }));

const texts = dictionary(constantFrom("team", "tier", "example.com/x"), constantFrom("a", "b"), {
  maxKeys: 2,
});

/** A ServiceAccount of a file, by `namespace/name`. */
const serviceAccount = record({
  namespace: constantFrom("payments", "search"),
  name: constantFrom("reader", "writer", "worker", "indexer"),
  labels: texts,
  annotations: option(texts, { nil: undefined }),
  audience: option(constant("vault"), { nil: undefined }),
  tags: texts,
  roleOnly: boolean(),
  permissions,
}).map(({ namespace, name, labels, annotations, audience, tags, roleOnly, permissions: granted }) => ({
  way: "irsa" as const,
  metadata: {
    namespace,
    name,
    labels,
    annotations: {
      ...annotations,
      ...(audience !== undefined && { "eks.amazonaws.com/audience": audience }),
    },
  },
  tags,
  roleOnly,
  ...granted,
}));

const SESSION_POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
});

/** The names of the fields that grant something to an association's role. */
const RENAMED: Readonly<Record<string, string>> = {
  attachPolicyARNs: "permissionPolicyARNs",
  attachPolicy: "permissionPolicy",
};

const association = record({
  namespace: constantFrom("payments", "search"),
  serviceAccountName: constantFrom("reader", "writer", "worker", "indexer"),
  createServiceAccount: boolean(),
  tags: texts,
  disableSessionTags: boolean(),
  isLimited: boolean(),
  target: option(constant("arn:aws:iam::999988887777:role/target"), { nil: undefined }),
  permissions,
}).map(({ isLimited, target, permissions: granted, ...fields }) => ({
  way: "pod-identity" as const,
  ...fields,
  ...Object.fromEntries(Object.entries(granted).map(([name, value]) => [RENAMED[name] ?? name, value])),
  ...(target !== undefined && { targetRoleARN: target }),
  ...(isLimited && fields.disableSessionTags && { policy: SESSION_POLICY }),
}));

type Entry = { readonly way: "irsa"; readonly metadata: { namespace: string; name: string } } | Associated;
interface Associated {
  readonly way: "pod-identity";
  readonly namespace: string;
  readonly serviceAccountName: string;
}

function pathOf(entry: Entry): string {
  return entry.way === "irsa"
    ? `${entry.metadata.namespace}/${entry.metadata.name}`
    : `${entry.namespace}/${entry.serviceAccountName}`;
}

const ofWay = (entries: readonly Entry[], wanted: Entry["way"]): object[] =>
  entries.flatMap(({ way, ...entry }) => (way === wanted ? [entry] : []));

/** The text of a file for the cluster of the fakes, with up to six ServiceAccounts by either way. */
export const arbitraryFile = uniqueArray(oneof<Arbitrary<Entry>[]>(serviceAccount, association), {
  maxLength: 6,
  selector: pathOf,
}).map((entries) =>
  stringify({
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: "eks-work-cluster", region: "ap-northeast-2" },
    iam: {
      withOIDC: true,
      serviceAccounts: ofWay(entries, "irsa"),
      podIdentityAssociations: ofWay(entries, "pod-identity"),
    },
  }),
);
