import * as fc from "fast-check";

/** A field that is there, absent, or null. */
const maybe = <T>(value: fc.Arbitrary<T>) => fc.oneof(value, fc.constantFrom(null, undefined));

const name = fc.constantFrom("app", "aws-iam-token", "eks-pod-identity-token", "data");
const variable = fc.record({
  name: fc.constantFrom(
    "AWS_ROLE_ARN",
    "AWS_ACCESS_KEY_ID",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "LOG_LEVEL",
  ),
  value: maybe(fc.string({ unit: "grapheme" })),
  valueFrom: maybe(fc.constant({ secretKeyRef: { name: "keys", key: "id" } })),
});
const containers = fc.array(
  fc.record({
    name,
    image: fc.string(),
    env: maybe(fc.array(variable)),
    volumeMounts: maybe(fc.array(fc.record({ name, mountPath: fc.constant("/data") }))),
  }),
);

/** A pod as an API server could answer it, and some that none would. */
export const podJson = fc.record({
  metadata: fc.record({
    namespace: fc.string(),
    name: fc.string(),
    creationTimestamp: fc.constant("2026-11-01T00:00:00Z"),
    labels: maybe(fc.constant({ "pod-template-hash": "7d9f8b6c5" })),
    annotations: maybe(fc.dictionary(fc.string(), fc.string())),
    ownerReferences: maybe(
      fc.array(
        fc.record({
          kind: fc.constantFrom("ReplicaSet", "DaemonSet"),
          name: fc.constantFrom("shop-7d9f8b6c5", "agent"),
          controller: maybe(fc.boolean()),
        }),
      ),
    ),
  }),
  spec: fc.record({
    serviceAccountName: maybe(fc.string()),
    nodeName: maybe(fc.string()),
    hostNetwork: maybe(fc.boolean()),
    initContainers: maybe(containers),
    containers,
    volumes: maybe(fc.array(fc.record({ name, emptyDir: fc.constant({}) }))),
  }),
  status: maybe(fc.record({ phase: maybe(fc.constantFrom("Running", "Failed")) })),
});
