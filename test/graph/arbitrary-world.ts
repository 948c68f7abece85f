import * as fc from "fast-check";
import { Failure } from "../../src/model/failure.ts";
import type { PodSummary } from "../../src/model/kubernetes-objects.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import {
  serviceAccount,
  allow,
  association,
  audited,
  AUD,
  OTHER,
  provider,
  role,
  SUB,
} from "../audit/build.ts";
import { INLINE, ownPolicy, ownRole, S3_READ } from "../fakes/values.ts";
import type { Given } from "./scenes.ts";

const ROLES = ["r", "s", "t", "u"];
const PATHS = ["shop/cart", "shop/web", "shop/default", "pay/cart", "pay/worker", "kube-system/agent"];
const EVERYTHING = trustPolicy([{ Effect: "Allow", Action: "*", Resource: "*" }]);

const subject = fc.oneof(
  fc.constantFrom(...PATHS).map((path) => `system:serviceaccount:${path.replace("/", ":")}`),
  fc.constantFrom(
    "system:serviceaccount:shop:*",
    "system:serviceaccount:*",
    "system:serviceaccount:shop:gone",
  ),
);
const webIdentity = fc
  .record({
    operator: fc.constantFrom("StringEquals", "StringLike"),
    subjects: fc.array(subject, { maxLength: 3 }),
    audience: fc.boolean(),
    vpc: fc.boolean(),
    effect: fc.constantFrom("Allow" as const, "Allow" as const, "Allow" as const, "Deny" as const),
  })
  .map(({ operator, subjects, audience, vpc, effect }) =>
    allow(
      {
        [operator]: {
          ...(subjects.length > 0 && { [SUB]: subjects }),
          ...(audience && { [AUD]: "sts.amazonaws.com" }),
          ...(vpc && { "aws:SourceVpc": "vpc-1" }),
        },
      },
      { Effect: effect },
    ),
  );
const podIdentity = fc.constant({
  Effect: "Allow" as const,
  Principal: { Service: "pods.eks.amazonaws.com" },
  Action: ["sts:AssumeRole", "sts:TagSession"],
});
const trust = fc
  .array(fc.oneof({ arbitrary: webIdentity, weight: 3 }, podIdentity), { maxLength: 3 })
  .map((statements) => trustPolicy(statements));
const roles = fc
  .uniqueArray(fc.constantFrom(...ROLES))
  .chain((names) => fc.tuple(...names.map((name) => trust.map((document) => role(name, document)))));

const annotations = fc.option(
  fc.record({
    role: fc.option(fc.constantFrom(...ROLES, "gone"), { nil: undefined }),
    audience: fc.constantFrom(undefined, undefined, "vault"),
  }),
  { nil: {} },
);
const serviceAccounts = fc
  .uniqueArray(fc.constantFrom(...PATHS))
  .chain((paths) =>
    fc.tuple(...paths.map((path) => annotations.map((given) => serviceAccount(path, clean(given))))),
  );

/** Pods of the ServiceAccounts that there may be; two of one name are none of its worries. */
export const arbitraryPods = fc.array(
  fc
    .record({
      path: fc.constantFrom(...PATHS),
      workload: fc.constantFrom(undefined, "deployment/a", "daemonset/b", "daemonset/eks-pod-identity-agent"),
      role: fc.constantFrom(undefined, "", ...ROLES),
      phase: fc.constantFrom("Running", "Running", "Pending", "Succeeded"),
      staticKeys: fc.boolean(),
      node: fc.constantFrom(undefined, "node-1", "node-2"),
      hostNetwork: fc.boolean(),
    })
    .map(({ path, workload, role, phase, staticKeys, node, hostNetwork }): Omit<PodSummary, "name"> => {
      const [namespace = "", serviceAccountName = ""] = path.split("/");
      return {
        namespace,
        serviceAccountName,
        phase,
        injected: role !== undefined,
        podIdentity: role === undefined && phase === "Pending",
        staticKeys,
        ...(workload !== undefined && { workload }),
        ...(node !== undefined && { node }),
        ...(hostNetwork && { hostNetwork }),
        ...(role !== undefined && { roleArn: role === "" ? "" : ownRole(role) }),
      };
    }),
  { maxLength: 12 },
);

const associations = fc.uniqueArray(fc.constantFrom(...PATHS), { maxLength: 2 }).chain((paths) =>
  fc.tuple(
    ...paths.map((path) =>
      fc
        .tuple(
          fc.constantFrom(...ROLES, "gone"),
          fc.constantFrom(undefined, "t", "gone"),
          fc.constantFrom(undefined, "{", JSON.stringify(EVERYTHING), JSON.stringify(INLINE)),
        )
        .map(([name, target, policy]) =>
          association(path, name, {
            ...(target !== undefined && { targetRoleArn: ownRole(target) }),
            ...(policy !== undefined && { policy, withoutSessionTags: true }),
          }),
        ),
    ),
  ),
);

const details = fc.record({
  attached: fc.subarray([S3_READ, ownPolicy("all"), ownPolicy("none")]),
  inline: fc.constantFrom({}, { one: INLINE, all: EVERYTHING }, { one: INLINE }),
  boundary: fc.constantFrom(undefined, ownPolicy("limit"), S3_READ),
  lastUsed: fc.constantFrom(undefined, "2026-11-20T00:00:00Z", "2026-01-01T00:00:00Z"),
});

const unread = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 8 });

const cluster = fc.record({
  provider: unread(
    fc.oneof(fc.constant("missing" as const), {
      arbitrary: fc.constantFrom(
        provider(),
        provider(undefined, { clientIds: ["sts.amazonaws.com", "vault"] }),
      ),
      weight: 4,
    }),
  ),
  serviceAccounts: unread(serviceAccounts),
  pods: unread(arbitraryPods.map((all) => all.map((one, at) => ({ ...one, name: `pod-${at}` })))),
  associations: unread(associations),
});

/** A world of one cluster or two with a few roles and ServiceAccounts, healthy or broken in every way, parts of it unread. */
export const arbitraryWorld: fc.Arbitrary<Given> = fc
  .record({
    roles: unread(roles),
    first: cluster,
    second: fc.option(cluster, { nil: undefined }),
    details: fc.array(details, { minLength: ROLES.length, maxLength: ROLES.length }),
    gaps: fc.subarray(["pods of x", "roles", "policy y"]),
  })
  .map(({ roles, first, second, details, gaps }) => ({
    details: Object.fromEntries(ROLES.map((name, at) => [name, cleanDetails(details[at])])),
    policies: new Map([
      [S3_READ, INLINE],
      [ownPolicy("all"), EVERYTHING],
    ]),
    inventory: {
      roles,
      clusters: [
        audited(first),
        ...(second === undefined
          ? []
          : [
              audited({
                ...second,
                cluster: OTHER,
                provider: typeof second.provider === "object" ? provider(OTHER) : second.provider,
              }),
            ]),
      ],
      gaps: gaps.map((what) => ({
        what,
        failure: new Failure("denied", "access-denied", `not permitted: ${what}`),
      })),
    },
  }));

/** Without what is `undefined`, which no annotation is. */
function clean<T extends object>(given: T): { readonly [Key in keyof T]: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}

function cleanDetails(given: Parameters<typeof clean>[0] | undefined): object {
  return given === undefined ? {} : clean(given);
}
