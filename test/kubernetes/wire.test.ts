import { describe, expect, it } from "vitest";
import { toPod, toPodSpec } from "../../src/kubernetes/wire-pod.ts";
import { toWebhookConfiguration } from "../../src/kubernetes/wire-webhook.ts";
import { fit } from "../../src/kubernetes/answer.ts";
import {
  restartEdit,
  templateEdit,
  workloadPath,
  workloadShape,
} from "../../src/kubernetes/wire-workload.ts";

describe("a pod", () => {
  it("has its init containers first, with what of their environment decides about their identity", () => {
    const { annotations, containers } = toPodSpec({
      metadata: {
        annotations: {
          "eks.amazonaws.com/skip-containers": "proxy",
          "vpc.amazonaws.com/pod-eni": "[]",
          "sidecar.example.com/status": "{}",
        },
      },
      spec: {
        securityContext: { runAsUser: 1000 },
        initContainers: [{ name: "init", securityContext: { runAsUser: 0 } }],
        containers: [
          {
            name: "app",
            env: [
              { name: "AWS_REGION", value: "eu-west-1" },
              { name: "AWS_ROLE_ARN" },
              { name: "AWS_ACCESS_KEY_ID", valueFrom: {} },
              { name: "no_proxy", value: "10.0.0.0/8" },
              { name: "DATABASE_PASSWORD", value: "none of irsa's business" },
            ],
            envFrom: [
              { configMapRef: { name: "settings" } },
              { prefix: "DB_", secretRef: { name: "database" } },
            ],
            volumeMounts: [{ name: "aws-iam-token", mountPath: "/token" }],
          },
        ],
      },
    });
    expect(Object.keys(annotations)).toEqual([
      "eks.amazonaws.com/skip-containers",
      "vpc.amazonaws.com/pod-eni",
    ]);
    expect(containers).toEqual([
      { name: "init", env: {}, envFrom: [], mounts: [], runAsUser: 0 },
      {
        name: "app",
        env: {
          AWS_REGION: "eu-west-1",
          AWS_ROLE_ARN: "",
          AWS_ACCESS_KEY_ID: undefined,
          no_proxy: "10.0.0.0/8",
        },
        envFrom: [
          { kind: "configmap", name: "settings", prefix: "" },
          { kind: "secret", name: "database", prefix: "DB_" },
        ],
        mounts: [{ volume: "aws-iam-token", path: "/token", subPath: "" }],
        runAsUser: 1000,
      },
    ]);
  });

  it("runs as default where it does not name a ServiceAccount, on Linux where it says nothing", () => {
    expect(toPodSpec({ spec: { serviceAccountName: "", containers: [] } })).toMatchObject({
      serviceAccountName: "default",
      wantsWindows: false,
    });
  });

  it.each([
    ["os", { os: { name: "windows" } }, true],
    [
      "affinity",
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: "kubernetes.io/os", operator: "In", values: ["windows"] }] },
              ],
            },
          },
        },
      },
      true,
    ],
    ["nothing", {}, false],
  ])("asks for Windows by %s: %s", (_by, spec, wanted) => {
    expect(toPodSpec({ spec: { containers: [], ...spec } }).wantsWindows).toBe(wanted);
  });

  it("has volumes with the audience of their token; none is the API server's own", () => {
    const projected = (audience?: string) => ({
      projected: {
        sources: [
          {},
          { serviceAccountToken: { path: "token", ...(audience !== undefined && { audience }) } },
        ],
      },
    });
    const volumes = [
      { name: "a", ...projected("sts.amazonaws.com") },
      { name: "b", ...projected() },
      { name: "c" },
    ];
    expect(toPodSpec({ spec: { containers: [], volumes } }).volumes).toEqual([
      { name: "a", tokens: [{ audience: "sts.amazonaws.com", path: "token" }] },
      { name: "b", tokens: [{ audience: "", path: "token" }] },
      { name: "c", tokens: [] },
    ]);
  });

  it.each([
    ["ReplicaSet", "cart-5d9c", { "pod-template-hash": "5d9c" }, "deployment/cart"],
    ["ReplicaSet", "cart", {}, "replicaset/cart"],
    ["DaemonSet", "agent", {}, "daemonset/agent"],
    ["ReplicaSet", "cart-7f8", { "rollouts-pod-template-hash": "7f8" }, "rollout/cart"],
    ["ReplicaSet", "cart-7f8", { "rollouts-pod-template-hash": "9f9" }, "replicaset/cart-7f8"],
    ["Rollout", "cart", {}, "rollout/cart"],
  ] as const)("of a %s %s is made by %s", (kind, name, labels, workload) => {
    const metadata = {
      namespace: "shop",
      name: "x",
      creationTimestamp: "2026-11-01T08:00:00Z",
      labels,
      ownerReferences: [{ kind, name, controller: true }],
    };
    expect(toPod({ metadata, spec: { containers: [] } }).workload).toBe(workload);
  });
});

describe("a workload", () => {
  it("has its template inside its Job's if it is a CronJob", () => {
    const ref = { kind: "cronjob", namespace: "shop", name: "report" } as const;
    const template = { spec: { serviceAccountName: "report", containers: [] } };
    const found = { metadata: {}, spec: { jobTemplate: { spec: { template } } } };
    expect(fit("it", found, workloadShape(ref)).template?.serviceAccountName).toBe("report");
    expect(workloadPath(ref)).toBe("/apis/batch/v1/namespaces/shop/cronjobs/report");
  });

  const web = { kind: "rollout", namespace: "shop", name: "web" } as const;

  it("has its template in itself if it is an Argo Rollout", () => {
    const template = { spec: { serviceAccountName: "web", containers: [] } };
    const read = fit("it", { metadata: {}, spec: { template } }, workloadShape(web));
    expect(read.template?.serviceAccountName).toBe("web");
    expect(read.templateOf).toBeUndefined();
    expect(workloadPath(web)).toBe("/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/web");
    expect(templateEdit("rollout", { serviceAccountName: "x" })).toEqual({
      spec: { template: { spec: { serviceAccountName: "x" } } },
    });
  });

  it("has no template of its own if it refers to a Deployment, whatever its own says", () => {
    const workloadRef = { apiVersion: "apps/v1", kind: "Deployment", name: "cart" };
    const template = { spec: { containers: [] } };
    const read = fit("it", { metadata: {}, spec: { workloadRef, template } }, workloadShape(web));
    expect(read).toMatchObject({ template: undefined, templateOf: workloadRef });
  });

  it("with a template that is not one is an answer that does not fit, by the path", () => {
    expect(() => fit("it", { metadata: {}, spec: { template: 3 } }, workloadShape(web))).toThrow(
      "'spec.template' is not an object",
    );
    expect(() => fit("it", { metadata: {}, spec: 3 }, workloadShape(web))).toThrow("'spec' is not an object");
  });

  it("is restarted by a time of whole seconds if it is an Argo Rollout, never before now", () => {
    const edit = (time: string) => restartEdit("rollout", new Date(time));
    expect(edit("2026-11-01T08:00:00.001Z")).toEqual({ spec: { restartAt: "2026-11-01T08:00:01Z" } });
    expect(edit("2026-11-01T08:00:00.000Z")).toEqual({ spec: { restartAt: "2026-11-01T08:00:00Z" } });
  });

  it("is restarted by an annotation of its template, wherever that is", () => {
    expect(restartEdit("daemonset", new Date("2026-11-01T08:00:00Z"))).toEqual({
      spec: {
        template: {
          metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2026-11-01T08:00:00.000Z" } },
        },
      },
    });
  });
});

describe("the webhook's registration", () => {
  const hook = { name: "iam-for-pods.amazonaws.com", clientConfig: {} };

  it.each([
    ["pods", [{ operations: ["CREATE"], resources: ["pods"] }], true],
    ["everything", [{ operations: ["*"], resources: ["*"] }], true],
    ["updates of pods", [{ operations: ["UPDATE"], resources: ["pods"] }], false],
    ["services", [{ operations: ["CREATE"], resources: ["services"] }], false],
    ["nothing", [], false],
  ])("sees pods by rules for %s: %s", (_name, rules, seesPods) => {
    const [webhook] = toWebhookConfiguration({
      metadata: { name: "x" },
      webhooks: [{ ...hook, rules }],
    }).webhooks;
    expect(webhook).toMatchObject({ seesPods, failurePolicy: "Fail", caPem: "" });
  });

  it("is called by URL or through a Service, under an authority in base64", () => {
    const caBundle = Buffer.from("PEM").toString("base64");
    const service = { namespace: "kube-system", name: "webhook" };
    const { webhooks } = toWebhookConfiguration({
      metadata: { name: "x" },
      webhooks: [
        { ...hook, clientConfig: { url: "https://127.0.0.1:23443/mutate", caBundle } },
        { ...hook, clientConfig: { service } },
      ],
    });
    expect(webhooks.map(({ target, caPem }) => [target, caPem])).toEqual([
      ["https://127.0.0.1:23443/mutate", "PEM"],
      ["kube-system/webhook", ""],
    ]);
  });
});
