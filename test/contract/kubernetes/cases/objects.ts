import { expect } from "vitest";
import { serviceAccount, apps, core, failure, given, type Case } from "../case.ts";

const CONCEPTS = "kubernetes.io/docs/reference/using-api/api-concepts";
const SERVICE_ACCOUNTS = core("serviceaccounts");

/** Reading, creating and replacing objects. */
export const OBJECT_CASES: readonly Case[] = [
  {
    name: "a new object gets uid, resourceVersion, time and a field manager",
    source: CONCEPTS,
    steps: [
      {
        call: `POST ${SERVICE_ACCOUNTS}?fieldManager=us`,
        content: serviceAccount("app", {
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
    name: "the field manager is the client's name by default",
    source: "kubernetes.io/docs/reference/using-api/server-side-apply",
    steps: [
      {
        call: `POST ${SERVICE_ACCOUNTS}`,
        content: serviceAccount("app", { labels: { a: "b" } }),
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
        call: `POST ${SERVICE_ACCOUNTS}`,
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
      {
        call: `POST ${SERVICE_ACCOUNTS}`,
        content: "metadata: {name: app}\n",
        type: "application/yaml",
        status: 201,
      },
    ],
  },
  {
    name: "a body of another media type is refused",
    source: CONCEPTS,
    steps: [
      {
        call: `POST ${SERVICE_ACCOUNTS}`,
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
        call: `POST ${SERVICE_ACCOUNTS}`,
        content: { apiVersion: "v1", kind: "Pod", metadata: { name: "app" } },
        status: 400,
        answer: failure("BadRequest", expect.stringContaining("cannot be handled as a ServiceAccount")),
      },
      {
        call: `POST ${SERVICE_ACCOUNTS}`,
        content: serviceAccount("app", { namespace: "other" }),
        status: 400,
        answer: failure(
          "BadRequest",
          "the namespace of the provided object does not match the namespace sent on the request",
        ),
      },
      {
        call: `POST ${SERVICE_ACCOUNTS}`,
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
        call: `GET ${SERVICE_ACCOUNTS}/nope`,
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
      { call: `DELETE ${SERVICE_ACCOUNTS}/nope`, status: 404 },
      { call: `PUT ${SERVICE_ACCOUNTS}/nope`, content: serviceAccount("nope"), status: 404 },
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/nope`,
        content: {},
        type: "application/merge-patch+json",
        status: 404,
        answer: failure("NotFound", 'serviceaccounts "nope" not found'),
      },
      {
        call: "POST /api/v1/namespaces/{ns}-absent/serviceaccounts",
        content: serviceAccount("app"),
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
      given(SERVICE_ACCOUNTS, serviceAccount("app")),
      {
        call: `POST ${SERVICE_ACCOUNTS}`,
        content: serviceAccount("app"),
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
      { ...given(SERVICE_ACCOUNTS, serviceAccount("app")), keep: { old: "metadata.resourceVersion" } },
      {
        call: `PUT ${SERVICE_ACCOUNTS}/app`,
        content: serviceAccount("app", { labels: { a: "1" } }),
        status: 200,
      },
      {
        call: `PUT ${SERVICE_ACCOUNTS}/app`,
        content: serviceAccount("app", { resourceVersion: "{old}", labels: { a: "2" } }),
        status: 409,
        answer: failure(
          "Conflict",
          'Operation cannot be fulfilled on serviceaccounts "app": the object has been modified; please apply your changes to the latest version and try again',
        ),
      },
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app`,
        content: { metadata: { resourceVersion: "{old}", labels: { a: "3" } } },
        type: "application/merge-patch+json",
        status: 409,
        answer: failure("Conflict", expect.stringContaining("the object has been modified")),
      },
      { call: `GET ${SERVICE_ACCOUNTS}/app`, status: 200, answer: { metadata: { labels: { a: "1" } } } },
    ],
  },
  {
    name: "a write that changes nothing is none: the resourceVersion stays",
    source: CONCEPTS,
    steps: [
      {
        ...given(`${SERVICE_ACCOUNTS}?fieldManager=us`, serviceAccount("app", { labels: { a: "1" } })),
        keep: { version: "metadata.resourceVersion" },
      },
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app?fieldManager=us`,
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
      given(SERVICE_ACCOUNTS, serviceAccount("app")),
      {
        call: `PUT ${SERVICE_ACCOUNTS}/app`,
        content: serviceAccount("other"),
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
        call: `POST ${SERVICE_ACCOUNTS}?dryRun=All`,
        content: serviceAccount("app"),
        status: 201,
        answer: { metadata: { name: "app" } },
      },
      { call: `GET ${SERVICE_ACCOUNTS}/app`, status: 404 },
      given(SERVICE_ACCOUNTS, serviceAccount("app")),
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app?dryRun=All`,
        content: { metadata: { labels: { a: "1" } } },
        type: "application/merge-patch+json",
        status: 200,
        answer: { metadata: { labels: { a: "1" } } },
      },
      { call: `DELETE ${SERVICE_ACCOUNTS}/app?dryRun=All`, status: 200 },
      {
        call: `GET ${SERVICE_ACCOUNTS}/app`,
        status: 200,
        answer: { metadata: expect.not.objectContaining({ labels: { a: "1" } }) },
      },
      {
        call: `POST ${SERVICE_ACCOUNTS}?dryRun=Some`,
        content: serviceAccount("other"),
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
        call: `POST ${SERVICE_ACCOUNTS}`,
        content: { metadata: { generateName: "app-" } },
        status: 201,
        answer: { metadata: { name: expect.stringMatching(/^app-[a-z0-9]{5}$/), generateName: "app-" } },
      },
    ],
  },
  {
    name: "a Secret's plain text becomes data",
    source: "kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1",
    steps: [
      {
        call: `POST ${core("secrets")}`,
        content: { metadata: { name: "s" }, stringData: { a: "b" } },
        status: 201,
        answer: { type: "Opaque", data: { a: "Yg==" } },
      },
      {
        call: `GET ${core("secrets")}/s`,
        status: 200,
        answer: expect.not.objectContaining({ stringData: expect.anything() }),
      },
    ],
  },
];
