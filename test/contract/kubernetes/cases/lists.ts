import { expect } from "vitest";
import { serviceAccount, core, failure, given, type Case } from "../case.ts";

const CONCEPTS = "kubernetes.io/docs/reference/using-api/api-concepts";
const SERVICE_ACCOUNTS = core("serviceaccounts");

/** Many objects together, and their end. */
export const LIST_CASES: readonly Case[] = [
  {
    name: "a list comes in pages",
    source: CONCEPTS,
    steps: [
      ...["a", "b", "c"].map((name) =>
        given(SERVICE_ACCOUNTS, serviceAccount(name, { labels: { page: "yes" } })),
      ),
      {
        call: `GET ${SERVICE_ACCOUNTS}?limit=3`,
        status: 200,
        answer: {
          kind: "ServiceAccountList",
          items: [{ metadata: { name: "a" } }, { metadata: { name: "b" } }, { metadata: { name: "c" } }],
          metadata: { remainingItemCount: 1 },
        },
        keep: { next: "metadata.continue" },
      },
      {
        call: `GET ${SERVICE_ACCOUNTS}?limit=3&continue={next}`,
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
      given(SERVICE_ACCOUNTS, serviceAccount("a", { labels: { tier: "web", new: "1" } })),
      given(SERVICE_ACCOUNTS, serviceAccount("b", { labels: { tier: "db" } })),
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
        call: `GET ${SERVICE_ACCOUNTS}?${query}`,
        status: 200,
        answer: { items: names.map((name) => ({ metadata: { name } })) },
      })),
      {
        call: `GET ${SERVICE_ACCOUNTS}?fieldSelector=spec.nodeName%3Db`,
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
      { ...given(SERVICE_ACCOUNTS, serviceAccount("app")), keep: { uid: "metadata.uid" } },
      {
        call: `DELETE ${SERVICE_ACCOUNTS}/app`,
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
        call: `DELETE ${SERVICE_ACCOUNTS}/app`,
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
    name: "a watch tells what happens",
    source: `${CONCEPTS}, Efficient detection of changes`,
    steps: [
      { ...given(SERVICE_ACCOUNTS, serviceAccount("app")), keep: { version: "metadata.resourceVersion" } },
      {
        call: `PATCH ${SERVICE_ACCOUNTS}/app`,
        content: { metadata: { labels: { a: "1" } } },
        type: "application/merge-patch+json",
        status: 200,
      },
      { call: `DELETE ${SERVICE_ACCOUNTS}/app`, status: 200 },
      {
        call: `GET ${SERVICE_ACCOUNTS}?watch=true&resourceVersion={version}&timeoutSeconds=1`,
        status: 200,
        answer: expect.stringMatching(/^\{"type":"MODIFIED",.*\n\{"type":"DELETED",.*\n/),
      },
    ],
  },
  {
    name: "what is selected is deleted together",
    source: CONCEPTS,
    steps: [
      given(SERVICE_ACCOUNTS, serviceAccount("a", { labels: { gone: "yes" } })),
      given(SERVICE_ACCOUNTS, serviceAccount("b")),
      { call: `DELETE ${SERVICE_ACCOUNTS}?labelSelector=gone%3Dyes`, status: 200 },
      { call: `GET ${SERVICE_ACCOUNTS}/a`, status: 404 },
      { call: `GET ${SERVICE_ACCOUNTS}/b`, status: 200 },
    ],
  },
];
