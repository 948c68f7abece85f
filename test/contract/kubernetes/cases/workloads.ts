import { expect } from "vitest";
import { serviceAccount, apps, core, failure, given, podSpec, type Case } from "../case.ts";

const ADMISSION =
  "kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#serviceaccount-admission-controller";
const PODS = core("pods");

const workload = (kind: string, spec: object = {}, serviceAccount = "default") => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name: "w" },
  spec: {
    selector: { matchLabels: { app: "w" } },
    template: { metadata: { labels: { app: "w" } }, spec: podSpec({ serviceAccountName: serviceAccount }) },
    ...spec,
  },
});

const RESTART = {
  spec: {
    template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2030-01-01T00:00:00Z" } } },
  },
};

/** Pods and what makes them. */
export const WORKLOAD_CASES: readonly Case[] = [
  {
    name: "a pod gets the default ServiceAccount, its token and its defaults",
    source: ADMISSION,
    steps: [
      {
        call: `POST ${PODS}?dryRun=All`,
        content: { metadata: { name: "p" }, spec: podSpec() },
        status: 201,
        answer: {
          spec: {
            serviceAccountName: "default",
            serviceAccount: "default",
            restartPolicy: "Always",
            dnsPolicy: "ClusterFirst",
            volumes: [
              {
                name: expect.stringMatching(/^kube-api-access-[a-z0-9]{5}$/),
                projected: {
                  defaultMode: 420,
                  sources: [
                    { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
                    { configMap: { name: "kube-root-ca.crt" } },
                    { downwardAPI: {} },
                  ],
                },
              },
            ],
            containers: [
              {
                imagePullPolicy: "IfNotPresent",
                volumeMounts: [
                  { mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true },
                ],
              },
            ],
          },
          status: { phase: "Pending" },
        },
      },
    ],
  },
  {
    name: "a pod without a wish for a token gets none",
    source: ADMISSION,
    steps: [
      given(core("serviceaccounts"), { ...serviceAccount("app"), automountServiceAccountToken: false }),
      {
        call: `POST ${PODS}?dryRun=All`,
        content: { metadata: { name: "p" }, spec: podSpec({ serviceAccountName: "app" }) },
        status: 201,
        answer: { spec: expect.not.objectContaining({ volumes: expect.anything() }) },
      },
      {
        call: `POST ${PODS}?dryRun=All`,
        content: {
          metadata: { name: "p" },
          spec: podSpec({ serviceAccountName: "app", automountServiceAccountToken: true }),
        },
        status: 201,
        answer: { spec: { volumes: [expect.anything()] } },
      },
    ],
  },
  {
    name: "a pod of a ServiceAccount that does not exist is refused",
    source: ADMISSION,
    steps: [
      {
        call: `POST ${PODS}`,
        content: { metadata: { name: "p" }, spec: podSpec({ serviceAccountName: "nope" }) },
        status: 403,
        answer: failure(
          "Forbidden",
          'pods "p" is forbidden: error looking up service account {ns}/nope: serviceaccount "nope" not found',
          { details: { name: "p", kind: "pods" } },
        ),
      },
    ],
  },
  {
    name: "a Deployment's pods run, with owners up to it",
    source: "kubernetes.io/docs/concepts/workloads/controllers/deployment",
    steps: [
      given(apps("deployments"), workload("Deployment", { replicas: 2 })),
      {
        call: `GET ${apps("deployments")}/w`,
        status: 200,
        eventually: true,
        answer: {
          metadata: { annotations: { "deployment.kubernetes.io/revision": "1" } },
          status: { observedGeneration: 1, readyReplicas: 2, updatedReplicas: 2, availableReplicas: 2 },
        },
      },
      {
        call: `GET ${apps("replicasets")}`,
        status: 200,
        answer: {
          items: [
            {
              metadata: { ownerReferences: [{ kind: "Deployment", name: "w", controller: true }] },
              spec: { replicas: 2 },
              status: { readyReplicas: 2 },
            },
          ],
        },
        keep: { set: "items.0.metadata.name" },
      },
      {
        call: `GET ${PODS}?fieldSelector=spec.serviceAccountName%3Ddefault`,
        status: 200,
        answer: {
          items: [1, 2].map(() => ({
            metadata: {
              name: expect.stringMatching(/^w-[a-z0-9]+-[a-z0-9]{5}$/),
              labels: { app: "w", "pod-template-hash": expect.any(String) },
              ownerReferences: [{ kind: "ReplicaSet", name: "{set}", controller: true }],
            },
            status: {
              phase: "Running",
              conditions: expect.arrayContaining([
                expect.objectContaining({ type: "Ready", status: "True" }),
              ]),
            },
          })),
        },
      },
    ],
  },
  {
    name: "a changed template is rolled out",
    source: "kubernetes.io/docs/concepts/workloads/controllers/deployment/#updating-a-deployment",
    steps: [
      given(apps("deployments"), workload("Deployment")),
      {
        call: `GET ${PODS}`,
        status: 200,
        eventually: true,
        answer: { items: [{ status: { phase: "Running" } }] },
        keep: { pod: "items.0.metadata.name" },
      },
      {
        call: `PATCH ${apps("deployments")}/w`,
        content: RESTART,
        type: "application/strategic-merge-patch+json",
        status: 200,
        answer: { metadata: { generation: 2 } },
      },
      {
        call: `GET ${apps("deployments")}/w`,
        status: 200,
        eventually: true,
        answer: {
          metadata: { annotations: { "deployment.kubernetes.io/revision": "2" } },
          status: {
            observedGeneration: 2,
            replicas: 1,
            updatedReplicas: 1,
            availableReplicas: 1,
            conditions: expect.arrayContaining([
              expect.objectContaining({ type: "Progressing", reason: "NewReplicaSetAvailable" }),
            ]),
          },
        },
      },
      { call: `GET ${PODS}/{pod}`, status: 404, eventually: true },
      {
        call: `GET ${PODS}`,
        status: 200,
        answer: {
          items: [
            { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2030-01-01T00:00:00Z" } } },
          ],
        },
      },
    ],
  },
  {
    name: "a DaemonSet runs a pod on every node, and replaces it",
    source: "kubernetes.io/docs/concepts/workloads/controllers/daemonset",
    steps: [
      given(apps("daemonsets"), workload("DaemonSet")),
      {
        call: `GET ${apps("daemonsets")}/w`,
        status: 200,
        eventually: true,
        answer: {
          status: {
            desiredNumberScheduled: 1,
            numberReady: 1,
            updatedNumberScheduled: 1,
            observedGeneration: 1,
          },
        },
      },
      {
        call: `PATCH ${apps("daemonsets")}/w`,
        content: RESTART,
        type: "application/strategic-merge-patch+json",
        status: 200,
      },
      {
        call: `GET ${apps("daemonsets")}/w`,
        status: 200,
        eventually: true,
        answer: { status: { numberReady: 1, updatedNumberScheduled: 1, observedGeneration: 2 } },
      },
    ],
  },
  {
    name: "a StatefulSet's pods are numbered",
    source: "kubernetes.io/docs/concepts/workloads/controllers/statefulset",
    steps: [
      given(apps("statefulsets"), workload("StatefulSet", { replicas: 2, serviceName: "w" })),
      {
        call: `GET ${apps("statefulsets")}/w`,
        status: 200,
        eventually: true,
        answer: { status: { replicas: 2, readyReplicas: 2, observedGeneration: 1 } },
      },
      {
        call: `GET ${PODS}`,
        status: 200,
        answer: { items: [{ metadata: { name: "w-0" } }, { metadata: { name: "w-1" } }] },
      },
    ],
  },
  {
    name: "a Job's pod runs to its end",
    source: "kubernetes.io/docs/concepts/workloads/controllers/job",
    steps: [
      given("/apis/batch/v1/namespaces/{ns}/jobs", {
        metadata: { name: "j" },
        spec: { template: { spec: podSpec({ restartPolicy: "Never" }) } },
      }),
      {
        call: "GET /apis/batch/v1/namespaces/{ns}/jobs/j",
        status: 200,
        eventually: true,
        answer: {
          spec: {
            selector: { matchLabels: { "batch.kubernetes.io/controller-uid": expect.any(String) } },
            template: { metadata: { labels: { "batch.kubernetes.io/job-name": "j", "job-name": "j" } } },
          },
          status: {
            succeeded: 1,
            conditions: expect.arrayContaining([
              expect.objectContaining({ type: "Complete", status: "True" }),
            ]),
          },
        },
      },
    ],
  },
  {
    name: "a workload whose ServiceAccount does not exist says so in an event, and goes on when it does",
    source: ADMISSION,
    steps: [
      given(apps("daemonsets"), workload("DaemonSet", {}, "late")),
      {
        call: `GET ${core("events")}?fieldSelector=reason%3DFailedCreate`,
        status: 200,
        eventually: true,
        answer: {
          items: expect.arrayContaining([
            expect.objectContaining({
              type: "Warning",
              message: expect.stringContaining(
                'error looking up service account {ns}/late: serviceaccount "late" not found',
              ),
              involvedObject: expect.objectContaining({ kind: "DaemonSet", name: "w" }),
            }),
          ]),
        },
      },
      given(core("serviceaccounts"), serviceAccount("late")),
      {
        call: `GET ${apps("daemonsets")}/w`,
        status: 200,
        eventually: true,
        answer: { status: { numberReady: 1 } },
      },
    ],
  },
  {
    name: "what an object owned goes after it",
    source: "kubernetes.io/docs/concepts/architecture/garbage-collection",
    steps: [
      given(apps("deployments"), workload("Deployment")),
      {
        call: `GET ${PODS}`,
        status: 200,
        eventually: true,
        answer: { items: [{ status: { phase: "Running" } }] },
      },
      { call: `DELETE ${apps("deployments")}/w`, content: { propagationPolicy: "Background" }, status: 200 },
      { call: `GET ${PODS}`, status: 200, eventually: true, answer: { items: [] } },
      { call: `GET ${apps("replicasets")}`, status: 200, answer: { items: [] } },
    ],
  },
  {
    name: "a workload has a scale",
    source: "kubernetes.io/docs/tasks/run-application/scale-deployment",
    steps: [
      given(apps("deployments"), workload("Deployment", { replicas: 0 })),
      {
        call: `GET ${apps("deployments")}/w/scale`,
        status: 200,
        answer: {
          kind: "Scale",
          apiVersion: "autoscaling/v1",
          metadata: { name: "w", namespace: "{ns}" },
          spec: expect.not.objectContaining({ replicas: expect.anything() }),
          status: { replicas: 0, selector: "app=w" },
        },
      },
      {
        call: `PATCH ${apps("deployments")}/w/scale`,
        content: { spec: { replicas: 2 } },
        type: "application/merge-patch+json",
        status: 200,
        answer: { spec: { replicas: 2 } },
      },
      {
        call: `GET ${apps("deployments")}/w`,
        status: 200,
        answer: { metadata: { generation: 2 }, spec: { replicas: 2 } },
      },
    ],
  },
  {
    name: "a strategy that says nothing is the default one",
    source: "kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1",
    steps: [
      {
        call: `POST ${apps("deployments")}`,
        content: workload("Deployment", { replicas: 0, strategy: {} }),
        status: 201,
        answer: {
          spec: {
            strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
          },
        },
      },
    ],
  },
  {
    name: "a pod runs on a node that it selects, and whose taints it tolerates",
    source: "kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node, taint-and-toleration",
    steps: [
      {
        call: "POST /api/v1/nodes",
        content: {
          apiVersion: "v1",
          kind: "Node",
          metadata: { name: "{ns}", labels: { "example.com/of": "{ns}" } },
          spec: { taints: [{ key: "example.com/only", value: "{ns}", effect: "NoSchedule" }] },
          status: { allocatable: { cpu: "32", memory: "256Gi", pods: "110" } },
        },
        status: 201,
      },
      ...[
        podOn("astray", { nodeSelector: { "example.com/of": "nobody" } }),
        podOn("intolerant", { nodeSelector: { "example.com/of": "{ns}" } }),
        podOn("welcome", {
          nodeSelector: { "example.com/of": "{ns}" },
          tolerations: [{ key: "example.com/only", operator: "Exists" }],
        }),
      ].map((content) => given(PODS, content)),
      {
        call: `GET ${PODS}/welcome`,
        eventually: true,
        status: 200,
        answer: { spec: { nodeName: "{ns}" }, status: { phase: "Running" } },
      },
      ...["astray", "intolerant"].map((name) => ({
        call: `GET ${PODS}/${name}`,
        status: 200,
        answer: {
          spec: expect.not.objectContaining({ nodeName: expect.anything() }) as unknown,
          status: { phase: "Pending" },
        },
      })),
      { call: "DELETE /api/v1/nodes/{ns}", status: 200 },
    ],
  },
];

function podOn(name: string, rest: object): object {
  return { metadata: { name }, spec: podSpec(rest) };
}
