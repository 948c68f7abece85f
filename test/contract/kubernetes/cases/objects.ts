import { expect } from "vitest";
import { account, apps, cause, core, failure, given, podSpec, type Case } from "../case.ts";

const CONCEPTS = "kubernetes.io/docs/reference/using-api/api-concepts";
const NAMES = "kubernetes.io/docs/concepts/overview/working-with-objects/names";
const ACCOUNTS = core("serviceaccounts");

/** Reading, creating, replacing and deleting objects. */
export const OBJECT_CASES: readonly Case[] = [
  {
    name: "a new object gets uid, resourceVersion, time and a field manager",
    source: CONCEPTS,
    steps: [
      {
        call: `POST ${ACCOUNTS}?fieldManager=us`,
        content: account("app", {
          annotations: { a: "b" },
          uid: "mine",
          creationTimestamp: "2001-01-01T00:00:00Z",
        }),
        status: 201,
        answer: {
          kind: "ServiceAccount",
          apiVersion: "v1",
          metadata: {
            name: "app",
            namespace: "{ns}",
            uid: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
            resourceVersion: expect.stringMatching(/^\d+$/),
            creationTimestamp: expect.not.stringMatching(/^2001/),
            annotations: { a: "b" },
            managedFields: [
              {
                manager: "us",
                operation: "Update",
                apiVersion: "v1",
                fieldsType: "FieldsV1",
                fieldsV1: { "f:metadata": { "f:annotations": { "f:a": {} } } },
              },
            ],
          },
        },
      },
    ],
  },
  {
    name: "the field manager is the client's name unless told",
    source: "kubernetes.io/docs/reference/using-api/server-side-apply",
    steps: [
      {
        call: `POST ${ACCOUNTS}`,
        content: account("app", { labels: { a: "b" } }),
        status: 201,
        answer: { metadata: { managedFields: [{ manager: "contract" }] } },
      },
    ],
  },
  {
    name: "kind, version and namespace may be left out of a body",
    source: CONCEPTS,
    steps: [
      {
        call: `POST ${ACCOUNTS}`,
        content: { metadata: { name: "app" } },
        status: 201,
        answer: { kind: "ServiceAccount", apiVersion: "v1", metadata: { namespace: "{ns}" } },
      },
    ],
  },
  {
    name: "YAML is taken as a body",
    source: CONCEPTS,
    steps: [
      { call: `POST ${ACCOUNTS}`, content: "metadata: {name: app}\n", type: "application/yaml", status: 201 },
    ],
  },
  {
    name: "a body of another media type is refused",
    source: CONCEPTS,
    steps: [
      {
        call: `POST ${ACCOUNTS}`,
        content: "a=b",
        type: "application/x-www-form-urlencoded",
        status: 415,
        answer: failure(
          "UnsupportedMediaType",
          expect.stringContaining("the body of the request was in an unknown format"),
        ),
      },
    ],
  },
  {
    name: "a body of another kind, version or namespace is refused",
    source: CONCEPTS,
    steps: [
      {
        call: `POST ${ACCOUNTS}`,
        content: { apiVersion: "v1", kind: "Pod", metadata: { name: "app" } },
        status: 400,
        answer: failure("BadRequest", expect.stringContaining("cannot be handled as a ServiceAccount")),
      },
      {
        call: `POST ${ACCOUNTS}`,
        content: account("app", { namespace: "other" }),
        status: 400,
        answer: failure(
          "BadRequest",
          "the namespace of the provided object does not match the namespace sent on the request",
        ),
      },
      {
        call: `POST ${ACCOUNTS}`,
        content: "{",
        status: 400,
        answer: failure("BadRequest", expect.any(String)),
      },
    ],
  },
  {
    name: "what is not there is not found",
    source: CONCEPTS,
    steps: [
      {
        call: `GET ${ACCOUNTS}/nope`,
        status: 404,
        answer: failure("NotFound", 'serviceaccounts "nope" not found', {
          code: 404,
          details: { name: "nope", kind: "serviceaccounts" },
        }),
      },
      {
        call: `GET ${apps("deployments")}/nope`,
        status: 404,
        answer: failure("NotFound", 'deployments.apps "nope" not found', {
          details: { name: "nope", group: "apps", kind: "deployments" },
        }),
      },
      { call: `DELETE ${ACCOUNTS}/nope`, status: 404 },
      { call: `PUT ${ACCOUNTS}/nope`, content: account("nope"), status: 404 },
      {
        call: `PATCH ${ACCOUNTS}/nope`,
        content: {},
        type: "application/merge-patch+json",
        status: 404,
        answer: failure("NotFound", 'serviceaccounts "nope" not found'),
      },
      {
        call: "POST /api/v1/namespaces/{ns}-absent/serviceaccounts",
        content: account("app"),
        status: 404,
        answer: failure("NotFound", 'namespaces "{ns}-absent" not found'),
      },
      { call: "GET /api/v1/namespaces/{ns}-absent/serviceaccounts", status: 200, answer: { items: [] } },
      {
        call: "GET /apis/nope.example/v1/things",
        status: 404,
        answer: expect.anything(),
      },
    ],
  },
  {
    name: "what is there can't be created",
    source: CONCEPTS,
    steps: [
      given(ACCOUNTS, account("app")),
      {
        call: `POST ${ACCOUNTS}`,
        content: account("app"),
        status: 409,
        answer: failure("AlreadyExists", 'serviceaccounts "app" already exists', {
          details: { name: "app", kind: "serviceaccounts" },
        }),
      },
    ],
  },
  {
    name: "a replacement made from an older version is a conflict",
    source: CONCEPTS,
    steps: [
      { ...given(ACCOUNTS, account("app")), keep: { old: "metadata.resourceVersion" } },
      { call: `PUT ${ACCOUNTS}/app`, content: account("app", { labels: { a: "1" } }), status: 200 },
      {
        call: `PUT ${ACCOUNTS}/app`,
        content: account("app", { resourceVersion: "{old}", labels: { a: "2" } }),
        status: 409,
        answer: failure(
          "Conflict",
          'Operation cannot be fulfilled on serviceaccounts "app": the object has been modified; please apply your changes to the latest version and try again',
        ),
      },
      {
        call: `PATCH ${ACCOUNTS}/app`,
        content: { metadata: { resourceVersion: "{old}", labels: { a: "3" } } },
        type: "application/merge-patch+json",
        status: 409,
        answer: failure("Conflict", expect.stringContaining("the object has been modified")),
      },
      { call: `GET ${ACCOUNTS}/app`, status: 200, answer: { metadata: { labels: { a: "1" } } } },
    ],
  },
  {
    name: "a write that changes nothing is none: the resourceVersion stays",
    source: CONCEPTS,
    steps: [
      {
        ...given(`${ACCOUNTS}?fieldManager=us`, account("app", { labels: { a: "1" } })),
        keep: { version: "metadata.resourceVersion" },
      },
      {
        call: `PATCH ${ACCOUNTS}/app?fieldManager=us`,
        content: { metadata: { labels: { a: "1" } } },
        type: "application/merge-patch+json",
        status: 200,
        answer: { metadata: { resourceVersion: "{version}" } },
      },
    ],
  },
  {
    name: "an object can't be renamed",
    source: CONCEPTS,
    steps: [
      given(ACCOUNTS, account("app")),
      {
        call: `PUT ${ACCOUNTS}/app`,
        content: account("other"),
        status: 400,
        answer: failure(
          "BadRequest",
          "the name of the object (other) does not match the name on the URL (app)",
        ),
      },
    ],
  },
  {
    name: "a dry run answers as if, and writes nothing",
    source: CONCEPTS,
    steps: [
      {
        call: `POST ${ACCOUNTS}?dryRun=All`,
        content: account("app"),
        status: 201,
        answer: { metadata: { name: "app" } },
      },
      { call: `GET ${ACCOUNTS}/app`, status: 404 },
      given(ACCOUNTS, account("app")),
      {
        call: `PATCH ${ACCOUNTS}/app?dryRun=All`,
        content: { metadata: { labels: { a: "1" } } },
        type: "application/merge-patch+json",
        status: 200,
        answer: { metadata: { labels: { a: "1" } } },
      },
      { call: `DELETE ${ACCOUNTS}/app?dryRun=All`, status: 200 },
      {
        call: `GET ${ACCOUNTS}/app`,
        status: 200,
        answer: { metadata: expect.not.objectContaining({ labels: { a: "1" } }) },
      },
      {
        call: `POST ${ACCOUNTS}?dryRun=Some`,
        content: account("other"),
        status: 422,
        answer: failure(
          "Invalid",
          'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
        ),
      },
    ],
  },
  {
    name: "a name is made from generateName",
    source: CONCEPTS,
    steps: [
      {
        call: `POST ${ACCOUNTS}`,
        content: { metadata: { generateName: "app-" } },
        status: 201,
        answer: { metadata: { name: expect.stringMatching(/^app-[a-z0-9]{5}$/), generateName: "app-" } },
      },
    ],
  },
  {
    name: "names must be DNS names",
    source: NAMES,
    steps: [
      {
        call: `POST ${ACCOUNTS}`,
        content: account("No_Good"),
        status: 422,
        answer: failure(
          "Invalid",
          expect.stringMatching(
            /^ServiceAccount "No_Good" is invalid: metadata\.name: Invalid value: "No_Good": a lowercase RFC 1123 subdomain must consist of/,
          ),
          {
            details: {
              name: "No_Good",
              kind: "ServiceAccount",
              causes: [cause("FieldValueInvalid", "metadata.name")],
            },
          },
        ),
      },
      {
        call: "POST /api/v1/namespaces",
        content: { metadata: { name: "no.dots" } },
        status: 422,
        answer: failure(
          "Invalid",
          'Namespace "no.dots" is invalid: metadata.name: Invalid value: "no.dots": must not contain dots',
        ),
      },
      {
        call: "POST /api/v1/namespaces",
        content: { metadata: { name: "No" } },
        status: 422,
        answer: failure("Invalid", expect.stringContaining("a lowercase RFC 1123 label must consist of")),
      },
      {
        call: `POST ${ACCOUNTS}`,
        content: { metadata: {} },
        status: 422,
        answer: failure("Invalid", expect.stringContaining("name or generateName is required")),
      },
    ],
  },
  {
    name: "labels and annotations have their forms",
    source: "kubernetes.io/docs/concepts/overview/working-with-objects/labels",
    steps: [
      {
        call: `POST ${ACCOUNTS}`,
        content: account("app", { labels: { "a/b/c": "x", good: "not good" } }),
        status: 422,
        answer: failure("Invalid", expect.any(String), {
          details: {
            causes: expect.arrayContaining([
              cause(
                "FieldValueInvalid",
                "metadata.labels",
                expect.stringContaining('"a/b/c": a valid label key must consist of'),
              ),
              cause("FieldValueInvalid", "metadata.labels", expect.stringContaining("a valid label must be")),
            ]),
          },
        }),
      },
      {
        call: `POST ${ACCOUNTS}`,
        content: account("app", { annotations: { "not good": "x" } }),
        status: 422,
        answer: failure("Invalid", expect.stringContaining("metadata.annotations")),
      },
    ],
  },
  {
    name: "a list comes in pages",
    source: CONCEPTS,
    steps: [
      ...["a", "b", "c"].map((name) => given(ACCOUNTS, account(name, { labels: { page: "yes" } }))),
      {
        call: `GET ${ACCOUNTS}?limit=3`,
        status: 200,
        answer: {
          kind: "ServiceAccountList",
          items: [{ metadata: { name: "a" } }, { metadata: { name: "b" } }, { metadata: { name: "c" } }],
          metadata: { remainingItemCount: 1 },
        },
        keep: { next: "metadata.continue" },
      },
      {
        call: `GET ${ACCOUNTS}?limit=3&continue={next}`,
        status: 200,
        answer: {
          items: [{ metadata: { name: "default" } }],
          metadata: expect.not.objectContaining({ continue: expect.anything() }),
        },
      },
    ],
  },
  {
    name: "labels and fields select",
    source: "kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors",
    steps: [
      given(ACCOUNTS, account("a", { labels: { tier: "web", new: "1" } })),
      given(ACCOUNTS, account("b", { labels: { tier: "db" } })),
      ...(
        [
          ["labelSelector=tier%3Dweb", ["a"]],
          ["labelSelector=tier%20in%20(web,db)", ["a", "b"]],
          ["labelSelector=tier%20notin%20(web)", ["b", "default"]],
          ["labelSelector=tier,!new", ["b"]],
          ["labelSelector=tier!%3Dweb", ["b", "default"]],
          ["fieldSelector=metadata.name%3Db", ["b"]],
          ["fieldSelector=metadata.name!%3Db", ["a", "default"]],
        ] as const
      ).map(([query, names]) => ({
        call: `GET ${ACCOUNTS}?${query}`,
        status: 200,
        answer: { items: names.map((name) => ({ metadata: { name } })) },
      })),
      {
        call: `GET ${ACCOUNTS}?fieldSelector=spec.nodeName%3Db`,
        status: 400,
        answer: failure(
          "BadRequest",
          expect.stringContaining(
            '"spec.nodeName" is not a known field selector: only "metadata.name", "metadata.namespace"',
          ),
        ),
      },
    ],
  },
  {
    name: "a deleted object is answered, or a success with its uid",
    source: CONCEPTS,
    steps: [
      { ...given(ACCOUNTS, account("app")), keep: { uid: "metadata.uid" } },
      {
        call: `DELETE ${ACCOUNTS}/app`,
        content: { preconditions: { uid: "another" } },
        status: 409,
        answer: failure(
          "Conflict",
          expect.stringMatching(
            /^Operation cannot be fulfilled on ServiceAccount "app": the UID in the precondition \(another\) does not match the UID in record \(.*\)\. The object might have been deleted and then recreated$/,
          ),
        ),
      },
      {
        call: `DELETE ${ACCOUNTS}/app`,
        status: 200,
        answer: { kind: "ServiceAccount", metadata: { uid: "{uid}" } },
      },
      { ...given(core("configmaps"), { metadata: { name: "c" } }), keep: { uid: "metadata.uid" } },
      {
        call: `DELETE ${core("configmaps")}/c`,
        status: 200,
        answer: {
          kind: "Status",
          status: "Success",
          details: { name: "c", kind: "configmaps", uid: "{uid}" },
        },
      },
    ],
  },
  {
    name: "an object with finalizers goes when the last one is taken away",
    source: "kubernetes.io/docs/concepts/overview/working-with-objects/finalizers",
    steps: [
      given(core("configmaps"), { metadata: { name: "c", finalizers: ["example.com/hold"] } }),
      { call: `DELETE ${core("configmaps")}/c`, status: 200 },
      {
        call: `GET ${core("configmaps")}/c`,
        status: 200,
        answer: { metadata: { deletionTimestamp: expect.any(String) } },
      },
      {
        call: `PATCH ${core("configmaps")}/c`,
        content: { metadata: { finalizers: null } },
        type: "application/merge-patch+json",
        status: 200,
      },
      { call: `GET ${core("configmaps")}/c`, status: 404 },
    ],
  },
  {
    name: "a namespace takes its contents with it, and some must stay",
    source: "kubernetes.io/docs/concepts/overview/working-with-objects/namespaces",
    steps: [
      given("/api/v1/namespaces", { metadata: { name: "{ns}-b" } }),
      { call: "GET /api/v1/namespaces/{ns}-b/serviceaccounts/default", status: 200, eventually: true },
      {
        call: "GET /api/v1/namespaces/{ns}-b",
        status: 200,
        answer: {
          metadata: { labels: { "kubernetes.io/metadata.name": "{ns}-b" } },
          spec: { finalizers: ["kubernetes"] },
          status: { phase: "Active" },
        },
      },
      { call: "DELETE /api/v1/namespaces/{ns}-b", status: 200, answer: { status: { phase: "Terminating" } } },
      { call: "GET /api/v1/namespaces/{ns}-b", status: 404, eventually: true },
      { call: "GET /api/v1/namespaces/{ns}-b/serviceaccounts", status: 200, answer: { items: [] } },
      {
        call: "DELETE /api/v1/namespaces/kube-system",
        status: 403,
        answer: failure(
          "Forbidden",
          'namespaces "kube-system" is forbidden: this namespace may not be deleted',
        ),
      },
    ],
  },
  {
    name: "a pod must have containers, with names and images, and mount only volumes that it has",
    source: "kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1",
    steps: [
      {
        call: `POST ${core("pods")}`,
        content: { metadata: { name: "p" }, spec: { containers: [] } },
        status: 422,
        answer: failure("Invalid", 'Pod "p" is invalid: spec.containers: Required value'),
      },
      {
        call: `POST ${core("pods")}`,
        content: {
          metadata: { name: "p" },
          spec: podSpec({
            containers: [{ name: "A", volumeMounts: [{ name: "v", mountPath: "/v" }] }],
          }),
        },
        status: 422,
        answer: failure("Invalid", expect.any(String), {
          details: {
            causes: expect.arrayContaining([
              cause("FieldValueInvalid", "spec.containers[0].name"),
              cause("FieldValueRequired", "spec.containers[0].image"),
              cause("FieldValueNotFound", "spec.containers[0].volumeMounts[0].name", 'Not found: "v"'),
            ]),
          },
        }),
      },
    ],
  },
  {
    name: "hardly anything of a pod's spec can be changed",
    source: "kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement",
    steps: [
      given(core("pods"), { metadata: { name: "p" }, spec: podSpec() }),
      {
        call: `PATCH ${core("pods")}/p`,
        content: { spec: { serviceAccountName: "other" } },
        type: "application/strategic-merge-patch+json",
        status: 422,
        answer: failure(
          "Invalid",
          expect.stringContaining("spec: Forbidden: pod updates may not change fields other than"),
        ),
      },
      {
        call: `PATCH ${core("pods")}/p`,
        content: { spec: { containers: [{ name: "main", image: "registry.invalid/main:2" }] } },
        type: "application/strategic-merge-patch+json",
        status: 200,
      },
    ],
  },
  {
    name: "a workload's selector must match its template and stays as it is",
    source: "kubernetes.io/docs/concepts/workloads/controllers/deployment",
    steps: [
      {
        call: `POST ${apps("deployments")}`,
        content: { metadata: { name: "d" }, spec: { template: { spec: podSpec() } } },
        status: 422,
        answer: failure("Invalid", expect.stringContaining("spec.selector: Required value")),
      },
      {
        call: `POST ${apps("deployments")}`,
        content: {
          metadata: { name: "d" },
          spec: {
            selector: { matchLabels: { a: "1" } },
            template: { metadata: { labels: { a: "2" } }, spec: podSpec() },
          },
        },
        status: 422,
        answer: failure(
          "Invalid",
          'Deployment.apps "d" is invalid: spec.template.metadata.labels: Invalid value: {"a":"2"}: `selector` does not match template `labels`',
        ),
      },
    ],
  },
];
