import { expect } from "vitest";
import { serviceAccount, apps, cause, core, failure, given, podSpec, type Case } from "../case.ts";

const PATCH = "kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch";
const APPLY = "kubernetes.io/docs/reference/using-api/server-side-apply";
const SERVICE_ACCOUNTS = core("serviceaccounts");
const MERGE = "application/merge-patch+json";
const STRATEGIC = "application/strategic-merge-patch+json";
const JSON_PATCH = "application/json-patch+json";
const APPLY_TYPE = "application/apply-patch+yaml";

const DEPLOYMENT = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "d" },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: "d" } },
    template: {
      metadata: { labels: { app: "d" } },
      spec: podSpec({
        containers: [
          { name: "main", image: "registry.invalid/main:1", env: [{ name: "A", value: "1" }] },
          { name: "side", image: "registry.invalid/side:1" },
        ],
      }),
    },
  },
};

/** Field managers of whom that one, and no other, owns this annotation. */
function ownedBy(annotation: string, manager: string): unknown {
  return expect.toSatisfy((entries: readonly { readonly manager: string; readonly fieldsV1: object }[]) => {
    const owners = entries.filter(({ fieldsV1 }) =>
      JSON.stringify(fieldsV1).includes(`"f:${annotation}":{}`),
    );
    return owners.map((entry) => entry.manager).join() === manager;
  });
}

/** The four forms of PATCH. */
export const PATCH_CASES: readonly Case[] = [
  {
    name: "a merge patch sets, keeps and, by null, deletes",
    source: PATCH,
    steps: [
      given(SERVICE_ACCOUNTS, serviceAccount("app", { annotations: { a: "1", b: "2" } })),
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app`,
        content: { metadata: { annotations: { a: null, c: "3" } } },
        type: MERGE,
        status: 200,
      },
      {
        call: `GET ${SERVICE_ACCOUNTS}/app`,
        status: 200,
        answer: {
          metadata: {
            annotations: expect.toSatisfy((value: object) => JSON.stringify(value) === '{"b":"2","c":"3"}'),
          },
        },
      },
    ],
  },
  {
    name: "a strategic merge patch merges containers and variables by name",
    source: PATCH,
    steps: [
      given(apps("deployments"), DEPLOYMENT),
      {
        call: `PATCH ${apps("deployments")}/d`,
        content: {
          spec: { template: { spec: { containers: [{ name: "main", env: [{ name: "B", value: "2" }] }] } } },
        },
        type: STRATEGIC,
        status: 200,
        answer: {
          metadata: { generation: 2 },
          spec: {
            template: {
              spec: {
                containers: [
                  {
                    name: "main",
                    env: expect.arrayContaining([
                      { name: "A", value: "1" },
                      { name: "B", value: "2" },
                    ]),
                  },
                  { name: "side" },
                ],
              },
            },
          },
        },
      },
      {
        call: `PATCH ${apps("deployments")}/d`,
        content: { spec: { template: { spec: { containers: [{ name: "side", $patch: "delete" }] } } } },
        type: STRATEGIC,
        status: 200,
        answer: { spec: { template: { spec: { containers: [{ name: "main" }] } } } },
      },
      {
        call: `PATCH ${apps("deployments")}/d`,
        content: {
          spec: { template: { spec: { containers: [{ name: "main", env: [{ $patch: "replace" }] }] } } },
        },
        type: STRATEGIC,
        status: 200,
        answer: {
          spec: {
            template: { spec: { containers: [expect.not.objectContaining({ env: expect.anything() })] } },
          },
        },
      },
    ],
  },
  {
    name: "a JSON patch is applied in order, or not at all",
    source: PATCH,
    steps: [
      given(SERVICE_ACCOUNTS, serviceAccount("app", { annotations: { "a/b": "1" } })),
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app`,
        content: [
          { op: "test", path: "/metadata/annotations/a~1b", value: "1" },
          { op: "replace", path: "/metadata/annotations/a~1b", value: "2" },
          { op: "add", path: "/metadata/labels", value: { c: "3" } },
        ],
        type: JSON_PATCH,
        status: 200,
        answer: { metadata: { annotations: { "a/b": "2" }, labels: { c: "3" } } },
      },
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app`,
        content: [
          { op: "add", path: "/metadata/labels/d", value: "4" },
          { op: "test", path: "/metadata/labels/c", value: "wrong" },
        ],
        type: JSON_PATCH,
        status: 422,
        answer: failure(
          "Invalid",
          expect.stringContaining("the server rejected our request due to an error in our request"),
        ),
      },
      {
        call: `GET ${SERVICE_ACCOUNTS}/app`,
        status: 200,
        answer: { metadata: { labels: expect.not.objectContaining({ d: "4" }) } },
      },
    ],
  },
  {
    name: "a patch of another media type is refused",
    source: PATCH,
    steps: [
      given(SERVICE_ACCOUNTS, serviceAccount("app")),
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app`,
        content: {},
        type: "application/json",
        status: 415,
        answer: failure("UnsupportedMediaType", "415: Unsupported Media Type"),
      },
    ],
  },
  {
    name: "an apply creates, owns what it sets, and takes away what it no longer does",
    source: APPLY,
    steps: [
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app?fieldManager=us`,
        content: serviceAccount("app", { annotations: { a: "1", b: "2" } }),
        type: APPLY_TYPE,
        status: 201,
        answer: {
          metadata: {
            managedFields: [
              {
                manager: "us",
                operation: "Apply",
                fieldsV1: { "f:metadata": { "f:annotations": { "f:a": {}, "f:b": {} } } },
              },
            ],
          },
        },
      },
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app?fieldManager=us`,
        content: serviceAccount("app", { annotations: { a: "1" } }),
        type: APPLY_TYPE,
        status: 200,
        answer: { metadata: { annotations: expect.not.objectContaining({ b: "2" }) } },
      },
    ],
  },
  {
    name: "an apply that would change another's field is a conflict, unless forced",
    source: APPLY,
    steps: [
      given(`${SERVICE_ACCOUNTS}?fieldManager=helm`, serviceAccount("app", { annotations: { a: "1" } })),
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app?fieldManager=us`,
        content: serviceAccount("app", { annotations: { a: "2" } }),
        type: APPLY_TYPE,
        status: 409,
        answer: failure(
          "Conflict",
          'Apply failed with 1 conflict: conflict with "helm" using v1: .metadata.annotations.a',
          { details: { causes: [cause("FieldManagerConflict", ".metadata.annotations.a")] } },
        ),
      },
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app?fieldManager=us&force=true`,
        content: serviceAccount("app", { annotations: { a: "2" } }),
        type: APPLY_TYPE,
        status: 200,
        answer: { metadata: { annotations: { a: "2" }, managedFields: ownedBy("a", "us") } },
      },
    ],
  },
  {
    name: "an apply of what is up to date is shared, and changes nothing",
    source: APPLY,
    steps: [
      given(`${SERVICE_ACCOUNTS}?fieldManager=helm`, serviceAccount("app", { annotations: { a: "1" } })),
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app?fieldManager=us`,
        content: serviceAccount("app", { annotations: { a: "1" } }),
        type: APPLY_TYPE,
        status: 200,
        answer: {
          metadata: { managedFields: expect.arrayContaining([expect.objectContaining({ manager: "helm" })]) },
        },
        keep: { version: "metadata.resourceVersion" },
      },
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app?fieldManager=us`,
        content: serviceAccount("app", { annotations: { a: "1" } }),
        type: APPLY_TYPE,
        status: 200,
        answer: { metadata: { resourceVersion: "{version}" } },
      },
    ],
  },
  {
    name: "an apply takes away a container that it no longer has",
    source: APPLY,
    steps: [
      {
        call: `PATCH ${apps("deployments")}/d?fieldManager=us`,
        content: DEPLOYMENT,
        type: APPLY_TYPE,
        status: 201,
      },
      {
        call: `PATCH ${apps("deployments")}/d?fieldManager=us`,
        content: {
          ...DEPLOYMENT,
          spec: {
            ...DEPLOYMENT.spec,
            template: { ...DEPLOYMENT.spec.template, spec: podSpec() },
          },
        },
        type: APPLY_TYPE,
        status: 200,
        answer: { spec: { template: { spec: { containers: [{ name: "main" }] } } } },
      },
    ],
  },
  {
    name: "an apply must name its manager",
    source: APPLY,
    steps: [
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app`,
        content: serviceAccount("app"),
        type: APPLY_TYPE,
        status: 422,
        answer: failure(
          "Invalid",
          expect.stringContaining("fieldManager: Required value: is required for apply patch"),
        ),
      },
    ],
  },
  {
    name: "who changes a field owns it from then on",
    source: APPLY,
    steps: [
      given(
        `${SERVICE_ACCOUNTS}?fieldManager=helm`,
        serviceAccount("app", { annotations: { a: "1", b: "1" } }),
      ),
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app?fieldManager=us`,
        content: { metadata: { annotations: { a: "2" } } },
        type: MERGE,
        status: 200,
        answer: {
          metadata: {
            managedFields: expect.arrayContaining([
              expect.objectContaining({
                manager: "helm",
                fieldsV1: { "f:metadata": { "f:annotations": expect.not.objectContaining({ "f:a": {} }) } },
              }),
              expect.objectContaining({
                manager: "us",
                fieldsV1: { "f:metadata": { "f:annotations": expect.objectContaining({ "f:a": {} }) } },
              }),
            ]),
          },
        },
      },
    ],
  },
  {
    name: "whoever creates a map also owns it",
    source: APPLY,
    steps: [
      {
        call: `POST ${SERVICE_ACCOUNTS}?fieldManager=us`,
        content: serviceAccount("app", { annotations: { a: "1" } }),
        status: 201,
        answer: {
          metadata: {
            managedFields: [{ fieldsV1: { "f:metadata": { "f:annotations": { ".": {}, "f:a": {} } } } }],
          },
        },
        diverges: {
          sandbox: {
            status: 201,
            answer: {
              metadata: {
                managedFields: [
                  {
                    fieldsV1: { "f:metadata": { "f:annotations": expect.not.objectContaining({ ".": {} }) } },
                  },
                ],
              },
            },
            because: "the sandbox tracks field managers of values, not of the maps around them",
          },
        },
      },
    ],
  },
];
