import { expect } from "vitest";
import { serviceAccount, apps, cause, core, failure, given, podSpec, type Case } from "../case.ts";

const CONCEPTS = "kubernetes.io/docs/reference/using-api/api-concepts";
const NAMES = "kubernetes.io/docs/concepts/overview/working-with-objects/names";
const SERVICE_ACCOUNTS = core("serviceaccounts");

/** The rules that objects must keep to. */
export const RULE_CASES: readonly Case[] = [
  {
    name: "names must be DNS names",
    source: NAMES,
    steps: [
      {
        call: `POST ${SERVICE_ACCOUNTS}`,
        content: serviceAccount("No_Good"),
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
        call: `POST ${SERVICE_ACCOUNTS}`,
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
        call: `POST ${SERVICE_ACCOUNTS}`,
        content: serviceAccount("app", { labels: { "a/b/c": "x", good: "not good" } }),
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
        call: `POST ${SERVICE_ACCOUNTS}`,
        content: serviceAccount("app", { annotations: { "not good": "x" } }),
        status: 422,
        answer: failure("Invalid", expect.stringContaining("metadata.annotations")),
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
  {
    name: "unknown fields are refused if that is requested",
    source: `${CONCEPTS}, fieldValidation`,
    steps: [
      {
        call: `POST ${SERVICE_ACCOUNTS}?fieldValidation=Strict`,
        content: { metadata: { name: "app" }, nope: 1 },
        status: 400,
        answer: failure("BadRequest", expect.stringContaining('strict decoding error: unknown field "nope"')),
        diverges: {
          sandbox: {
            status: 201,
            because: "the sandbox does not know the fields of each kind, and keeps unknown ones",
          },
        },
      },
    ],
  },
];
