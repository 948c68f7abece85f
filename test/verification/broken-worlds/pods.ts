import { EKS_WEBHOOK } from "../../fakes/kubernetes.ts";
import { OLD_CA } from "../../fakes/certificates.ts";
import { aPod, manifestOf, type PodManifest } from "../../fakes/pods.ts";
import { CREATED } from "../../fakes/pods.ts";
import { ownRole } from "../../fakes/values.ts";
import type { Webhook } from "../../../src/model/kubernetes-objects.ts";
import type { FindingCode } from "../../../src/verification/rows.ts";
import type { World } from "../../fakes/world.ts";
import { annotate, CART, clearPods, podOf, ROLE, ROLE_KEY, run } from "../healthy.ts";
import type { BrokenWorld } from "./broken-world.ts";

const DEPLOYMENT = "deploy/shop/cart";
const POD = "pod/shop/cart-5d9c-x1";
const TOKEN = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";

/** Worlds whose webhook does not do its work. */
export const WEBHOOK_WORLDS: readonly BrokenWorld[] = [
  {
    name: "an authority that was rotated away",
    breaks: (world) => registered(world, { caPem: OLD_CA }),
    finds: { link: "webhook", row: "D0", code: "webhook-ca-stale", fix: "command" },
  },
  {
    name: "no configuration",
    breaks: (world) => (world.api.webhook = undefined),
    finds: { link: "webhook", row: "D1", code: "webhook-missing", fix: "advice" },
  },
  {
    name: "rules that name no pods",
    breaks: (world) => registered(world, { seesPods: false }),
    finds: { link: "webhook", row: "D1", code: "webhook-missing", fix: "advice" },
  },
  {
    name: "a webhook that gives no answer",
    breaks: (world) => (world.api.webhookCa = undefined),
    finds: { link: "webhook", row: "D2", code: "webhook-not-injecting", fix: "advice" },
  },
  {
    name: "a webhook that gives no answer, and must",
    breaks: (world) => {
      registered(world, { failurePolicy: "Fail" });
      world.api.webhookCa = undefined;
    },
    finds: { link: "webhook", row: "D2", code: "webhook-blocks-pods", fix: "advice" },
  },
  {
    name: "a webhook of one's own, under another authority, that gives no answer",
    breaks: (world) => {
      registered(world, { target: "kube-system/pod-identity-webhook", caPem: OLD_CA });
      world.api.webhookCa = undefined;
    },
    finds: { link: "webhook", row: "D2", code: "webhook-not-injecting", fix: "advice" },
  },
  {
    name: "a namespace that is left out",
    breaks: (world) => {
      world.api.labels.set("shop", { "example.com/legacy": "true" });
      const matchExpressions = [{ key: "example.com/legacy", operator: "DoesNotExist", values: [] }];
      registered(world, { namespaceSelector: { matchLabels: {}, matchExpressions } });
    },
    finds: { link: "webhook", row: "D4", code: "namespace-excluded", fix: "advice" },
  },
];

/** Worlds whose workload keeps the webhook from its work, or the SDK from its credentials. */
export const WORKLOAD_WORLDS: readonly BrokenWorld[] = [
  workload("no ServiceAccount", "E1", "runs-as-default", (world) => {
    world.withServiceAccount("shop/default");
    run(world, { spec: { containers: [{ name: "app" }] } });
  }),
  workload("the label that skips, set to false", "D4", "skip-label", (world) =>
    run(
      world,
      manifestOf("cart", {}, { labels: { "eks.amazonaws.com/skip-pod-identity-webhook": "false" } }),
    ),
  ),
  workload("every container skipped", "D5", "containers-skipped", (world) =>
    run(world, manifestOf("cart", {}, { annotations: { "eks.amazonaws.com/skip-containers": "app" } })),
  ),
  workload("a role set by hand", "D6", "variable-preset", env({ AWS_ROLE_ARN: ownRole("team/cart") })),
  workload("a token file set by hand", "D6", "variable-preset", env({ AWS_WEB_IDENTITY_TOKEN_FILE: TOKEN })),
  workload(
    "another role set by hand",
    "D6",
    "variable-preset",
    env({ AWS_ROLE_ARN: ownRole("other"), AWS_WEB_IDENTITY_TOKEN_FILE: TOKEN }),
  ),
  workload(
    "everything preset",
    "D7",
    "mount-missing",
    env({
      AWS_ROLE_ARN: ownRole("team/cart"),
      AWS_WEB_IDENTITY_TOKEN_FILE: TOKEN,
      AWS_REGION: "ap-northeast-2",
      AWS_STS_REGIONAL_ENDPOINTS: "regional",
    }),
  ),
  workload("a volume of the same name", "D7", "volume-preset", (world) =>
    run(
      world,
      manifestOf("cart", {
        volumes: [
          { name: "aws-iam-token", projected: { sources: [{ serviceAccountToken: { audience: "vault" } }] } },
        ],
      }),
    ),
  ),
  workload("an emptyDir with the webhook's name for its volume", "D7", "volume-preset", (world) =>
    run(world, manifestOf("cart", { volumes: [{ name: "aws-iam-token" }] })),
  ),
  workload(
    "a token of one's own under another name, where the webhook mounts its own",
    "D7",
    "volume-preset",
    (world) => {
      const mountPath = "/var/run/secrets/eks.amazonaws.com/serviceaccount";
      const containers = [{ name: "app", volumeMounts: [{ name: "mine", mountPath }] }];
      const volumes = [{ ...tokenVolume("sts.amazonaws.com", "token"), name: "mine" }];
      run(world, manifestOf("cart", { containers, volumes }));
    },
  ),
  workload("a token of one's own under another file name", "D7", "volume-preset", (world) =>
    run(world, manifestOf("cart", { volumes: [tokenVolume("sts.amazonaws.com", "jwt")] })),
  ),
  workload("a mount of one's own for the token, elsewhere", "D7", "mount-missing", (world) => {
    const volumeMounts = [{ name: "aws-iam-token", mountPath: "/var/run/secrets/eks" }];
    run(world, manifestOf("cart", { containers: [{ name: "app", volumeMounts }] }));
  }),
  workload("one's own variables with a token for Vault", "D7", "volume-preset", (world) => {
    const env = [
      { name: "AWS_ROLE_ARN", value: ownRole("team/cart") },
      { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: "/var/run/vault/token" },
    ];
    const containers = [{ name: "app", env, volumeMounts: [{ name: "vault", mountPath: "/var/run/vault" }] }];
    const volumes = [{ ...tokenVolume("vault", "token"), name: "vault" }];
    run(world, manifestOf("cart", { containers, volumes }));
  }),
  workload("access keys in a Secret", "E4", "static-keys", (world) =>
    withKeys(world, "secret", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]),
  ),
  workload("access keys in a ConfigMap", "E4", "static-keys", (world) =>
    withKeys(world, "configmap", ["AWS_ACCESS_KEY_ID"]),
  ),
  workload("access keys in a Secret, behind a prefix", "E4", "static-keys", (world) =>
    withKeys(world, "secret", ["ACCESS_KEY_ID"], "AWS_"),
  ),
  workload("Windows by os alone", "D9", "windows-by-affinity", (world) =>
    run(world, manifestOf("cart", { os: { name: "windows" } })),
  ),
  workload(
    "static keys",
    "E4",
    "static-keys",
    env({ AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "x" }),
  ),
  workload(
    "Kubernetes' own token",
    "E7",
    "kubernetes-token",
    env({
      AWS_ROLE_ARN: ownRole("team/cart"),
      AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/secrets/kubernetes.io/serviceaccount/token",
    }),
  ),
];

/** When the annotations were written: pods are made at CREATED. */
function annotatedAt(world: World, time: string): void {
  const times = { [ROLE_KEY]: time, "eks.amazonaws.com/audience": time };
  world.editServiceAccount(CART, () => ({ annotatedAt: times }));
}

/** A volume with the webhook's name and a token of one's own. */
function tokenVolume(audience: string, path: string) {
  return { name: "aws-iam-token", projected: { sources: [{ serviceAccountToken: { audience, path } }] } };
}

/** The Deployment with all keys of an object as variables. */
function withKeys(
  world: World,
  kind: "configmap" | "secret",
  keys: readonly string[],
  prefix?: string,
): void {
  world.api.keys.set(`${kind}/shop/aws`, keys);
  const ref = kind === "secret" ? { secretRef: { name: "aws" } } : { configMapRef: { name: "aws" } };
  const envFrom = [{ ...(prefix !== undefined && { prefix }), ...ref }];
  run(world, manifestOf("cart", { containers: [{ name: "app", envFrom }] }));
}

/** Worlds whose pods are not as they would be made now. */
export const POD_WORLDS: readonly BrokenWorld[] = [
  {
    name: "a pod from before the annotation",
    breaks: (world) => run(world, manifestOf("cart")) && bare(world),
    finds: { link: "pod", row: "C7", code: "pod-stale", fix: "command" },
  },
  {
    name: "a pod from before the annotation, asked about by name",
    subject: POD,
    breaks: (world) => run(world, manifestOf("cart")) && bare(world),
    finds: { link: "pod", row: "C7", code: "pod-stale", fix: "command" },
  },
  {
    name: "a pod with the role before",
    breaks: (world) => {
      const role = world.serviceAccount(CART).annotations[ROLE_KEY];
      annotate(world, { [ROLE_KEY]: ownRole("before") });
      run(world, manifestOf("cart"));
      annotate(world, { [ROLE_KEY]: role });
    },
    finds: { link: "pod", row: "C7", code: "pod-stale", fix: "command" },
  },
  {
    name: "a pod with the audience before",
    breaks: (world) => {
      annotate(world, { "eks.amazonaws.com/audience": "before" });
      run(world, manifestOf("cart"));
      annotate(world, { "eks.amazonaws.com/audience": undefined });
    },
    finds: { link: "pod", row: "C7", code: "pod-stale", fix: "command" },
  },
  {
    name: "a pod that sets another role itself, made after the annotation",
    subject: POD,
    breaks: (world) => {
      annotatedAt(world, "2026-11-01T07:00:00Z");
      const env = [
        { name: "AWS_ROLE_ARN", value: ownRole("other") },
        { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: TOKEN },
      ];
      run(world, manifestOf("cart", { containers: [{ name: "app", env }] }));
    },
    finds: { link: "pod", row: "D6", code: "variable-preset", fix: "advice" },
  },
  {
    name: "a pod with a token volume for another audience, made after the annotation",
    breaks: (world) => {
      world.withProvider({ clientIds: ["sts.amazonaws.com", "vault"] });
      world.editRole(ROLE, ({ role }) => ({
        role: {
          ...role,
          trust: JSON.parse(JSON.stringify(role.trust).replace('"sts.amazonaws.com"', '"vault"')),
        },
      }));
      annotate(world, { "eks.amazonaws.com/audience": "vault" });
      annotatedAt(world, "2026-11-01T07:00:00Z");
      run(world, manifestOf("cart", { volumes: [tokenVolume("other", "token")] }));
    },
    finds: { link: "pod", row: "D7", code: "volume-preset", fix: "advice" },
  },
  {
    name: "a pod with the role before, made before the annotation was written again",
    subject: POD,
    breaks: (world) => {
      const role = world.serviceAccount(CART).annotations[ROLE_KEY];
      annotate(world, { [ROLE_KEY]: ownRole("before") });
      run(world, manifestOf("cart"));
      annotate(world, { [ROLE_KEY]: role });
      annotatedAt(world, "2026-11-01T09:00:00Z");
    },
    finds: { link: "pod", row: "C7", code: "pod-stale", fix: "command" },
  },
  {
    name: "a pod with an emptyDir where its token should be",
    breaks: (world) => run(world, manifestOf("cart", { volumes: [{ name: "aws-iam-token" }] })),
    finds: { link: "pod", row: "D7", code: "volume-preset", fix: "advice" },
  },
  {
    name: "a pod with access keys from a Secret",
    subject: POD,
    breaks: (world) => withKeys(world, "secret", ["AWS_ACCESS_KEY_ID"]),
    finds: { link: "pod", row: "E4", code: "static-keys", fix: "advice" },
  },
  {
    name: "a pod made together with its ServiceAccount",
    breaks: (world) => {
      world.editServiceAccount(CART, () => ({ createdAt: "2026-11-01T07:59:59Z" }));
      bare(world);
    },
    finds: { link: "pod", row: "D3", code: "pod-raced", fix: "command" },
  },
  {
    name: "a pod on Fargate without a region",
    subject: POD,
    breaks: (world) => withoutRegion(world, { labels: { "eks.amazonaws.com/fargate-profile": "fp" } }),
    finds: { link: "pod", row: "E8", code: "region-missing", fix: "advice" },
  },
];

function registered(world: World, changes: Partial<Webhook>): void {
  const webhooks = EKS_WEBHOOK.webhooks.map((one) => ({ ...one, ...changes }));
  world.api.webhook = { ...EKS_WEBHOOK, webhooks };
}

function workload(name: string, row: string, code: FindingCode, breaks: BrokenWorld["breaks"]): BrokenWorld {
  return { name, subject: DEPLOYMENT, breaks, finds: { link: "workload", row, code, fix: "advice" } };
}

function env(variables: Readonly<Record<string, string>>): BrokenWorld["breaks"] {
  const list = Object.entries(variables).map(([name, value]) => ({ name, value }));
  return (world) => run(world, manifestOf("cart", { containers: [{ name: "app", env: list }] }));
}

/** The Deployment's pod as it was made without a webhook. */
function bare(world: World): void {
  clearPods(world);
  world.withPod(aPod("shop/cart-5d9c-x1", manifestOf("cart"), { workload: "deployment/cart" }));
}

/** The Deployment's pod as a webhook makes it that was started without a region. */
function withoutRegion(world: World, metadata: PodManifest["metadata"]): void {
  const pod = podOf(world, manifestOf("cart", {}, metadata));
  const containers = pod.spec.containers.map((one) => {
    const { AWS_REGION: _, AWS_DEFAULT_REGION: __, ...kept } = one.env;
    return { ...one, env: kept };
  });
  clearPods(world);
  world.withPod({ ...pod, createdAt: CREATED, spec: { ...pod.spec, containers } });
}
