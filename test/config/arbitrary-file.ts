import {
  boolean,
  constant,
  constantFrom,
  dictionary,
  option,
  record,
  subarray,
  uniqueArray,
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

/** The text of a file for the cluster of the fakes, with up to six ServiceAccounts. */
export const arbitraryFile = uniqueArray(serviceAccount, {
  maxLength: 6,
  selector: ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
}).map((serviceAccounts) =>
  stringify({
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: "eks-work-cluster", region: "ap-northeast-2" },
    iam: { withOIDC: true, serviceAccounts },
  }),
);
