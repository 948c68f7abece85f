import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { readManifests } from "../../src/manifests/read-manifests.ts";
import { SERVICE_ACCOUNT, bound } from "./bound.ts";

type Json = Readonly<Record<string, unknown>>;

/** Where each kind has its pod spec, written down a second time. */
const WRAPS: Readonly<Record<string, readonly [apiVersion: string, wrap: (spec: Json) => Json]>> = {
  Pod: ["v1", (spec) => spec],
  Deployment: ["apps/v1", (spec) => ({ template: { metadata: { labels: { a: "b" } }, spec } })],
  DaemonSet: ["apps/v1", (spec) => ({ template: { spec } })],
  StatefulSet: ["apps/v1", (spec) => ({ serviceName: "x", template: { spec } })],
  ReplicaSet: ["apps/v1", (spec) => ({ template: { spec } })],
  Job: ["batch/v1", (spec) => ({ template: { spec } })],
  CronJob: ["batch/v1", (spec) => ({ schedule: "@daily", jobTemplate: { spec: { template: { spec } } } })],
};

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    "a\n\tb\n",
    "line\n\n\nline",
    "# no comment",
    "- x",
    "{{ x }}",
    "true",
    "1",
    "'\"",
    " lead",
  ),
);
const serviceAccount = fc.constantFrom(undefined, "old", "true", "", "1", null);

const podSpec = fc
  .record({
    serviceAccount,
    older: fc.constantFrom(undefined, "old"),
    first: fc.boolean(),
    command: fc.array(text, { maxLength: 3 }),
    value: text,
  })
  .map(({ serviceAccount, older, first, command, value }): Json => {
    const own = {
      ...(serviceAccount !== undefined && { serviceAccountName: serviceAccount }),
      ...(older !== undefined && { serviceAccount: older }),
    };
    const rest = { containers: [{ name: "app", command, env: [{ name: "V", value }] }], nodeSelector: {} };
    return first ? { ...own, ...rest } : { ...rest, ...own };
  });

const workload = fc
  .record({
    kind: fc.constantFrom(...Object.keys(WRAPS)),
    podSpec,
    note: text,
    namespace: fc.constantFrom(undefined, "shop"),
  })
  .map(({ kind, podSpec, note, namespace }): Json => {
    const [apiVersion, wrap] = WRAPS[kind] ?? ["v1", (spec: Json) => spec];
    const metadata = { name: "w", annotations: { note }, ...(namespace !== undefined && { namespace }) };
    return { apiVersion, kind, metadata, spec: wrap(podSpec) };
  });

const other = text.map((value): Json => ({ apiVersion: "v1", kind: "ConfigMap", data: { value } }));
const list = fc
  .array(workload, { maxLength: 3 })
  .map((items): Json => ({ apiVersion: "v1", kind: "List", items }));

const style = fc.record({
  indent: fc.constantFrom(2, 4, 3),
  indentSeq: fc.boolean(),
  collectionStyle: fc.constantFrom("any", "any", "any", "flow", "block"),
  defaultStringType: fc.constantFrom("PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE", "BLOCK_LITERAL"),
  defaultKeyType: fc.constantFrom("PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE"),
  lineWidth: fc.constantFrom(0, 20, 80),
} as const);

/** A file of documents in one style, then roughened: comments, blank lines, other line ends. */
const file = fc
  .record({
    documents: fc.array(fc.tuple(fc.oneof(workload, workload, other, list), style), {
      minLength: 1,
      maxLength: 4,
    }),
    asJson: fc.constantFrom(undefined, undefined, undefined, 0, 2, "\t"),
    comments: fc.array(
      fc.tuple(fc.nat(60), fc.constantFrom(" # remark", "\n", "\n# remark", "\n    # remark")),
      { maxLength: 4 },
    ),
    ending: fc.constantFrom("\n", "\r\n"),
  })
  .map(({ documents, asJson, comments, ending }) => {
    if (asJson !== undefined) return JSON.stringify(documents[0]?.[0], null, asJson);
    const lines = documents
      .map(([value, how]) => stringify(value, how))
      .join("---\n")
      .split("\n");
    for (const [at, comment] of comments) if (lines[at] !== undefined) lines[at] += comment;
    return lines.join("\n").replaceAll("\n", ending);
  })
  .filter((text) => readManifests(text).ok);

it("changes serviceAccountName and nothing else, and nothing the second time", () => {
  let rewritten = 0;
  fc.assert(
    fc.property(file, (before) => {
      const { text: after, bound: found, refused } = bound(before);
      expect(refused).toEqual([]);
      expect(valuesOf(after)).toEqual(valuesOf(before).map(withServiceAccount));
      expect(bound(after).text).toBe(after);
      expect(bound(after).bound.every(({ changed }) => !changed)).toBe(true);
      expect(found.some(({ changed }) => changed)).toBe(before !== after);
      if (before !== after) rewritten += 1;
    }),
    { numRuns: 500 },
  );
  expect(rewritten).toBeGreaterThan(250);
});

it("keeps every line but those of the ServiceAccount", () => {
  fc.assert(
    fc.property(file, (before) => {
      const kept = bound(before)
        .text.split("\n")
        .filter((line) => !line.includes(SERVICE_ACCOUNT));
      const lines = before.split("\n");
      let at = 0;
      for (const line of kept) {
        at = lines.indexOf(line, at) + 1;
        expect(at, `the line ${JSON.stringify(line)}`).toBeGreaterThan(0);
      }
    }),
  );
});

function valuesOf(text: string): unknown[] {
  const documents = parseAllDocuments(text, { merge: true });
  return Array.isArray(documents) ? documents.map((document): unknown => document.toJS()) : [];
}

/** What the document should say afterwards. A remark in a block scalar may have made it something else. */
function withServiceAccount(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("kind" in value)) return value;
  const { apiVersion, kind, items, metadata, spec } = value as Manifest;
  if (kind === "List") return { ...value, items: items?.map(withServiceAccount) };
  const isMeant = metadata?.namespace === undefined || metadata.namespace === "shop";
  const isOurs = WRAPS[kind]?.[0] === apiVersion && isMeant;
  return isOurs && spec !== undefined ? { ...value, spec: inSpec(kind, spec) } : value;
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly items?: readonly unknown[];
  readonly metadata?: { readonly namespace?: string };
  readonly spec?: Json;
}

function inSpec(kind: string, spec: Json): Json {
  const into = (key: string, from: Json, next: (inner: Json) => Json): Json => ({
    ...from,
    [key]: next(from[key] as Json),
  });
  if (kind === "Pod") return setIn(spec);
  const inTemplate = (from: Json): Json =>
    into("template", from, (template) => into("spec", template, setIn));
  return kind === "CronJob"
    ? into("jobTemplate", spec, (job) => into("spec", job, inTemplate))
    : inTemplate(spec);
}

/** The older field alone is as good, where it names the ServiceAccount; it never does here. */
function setIn(podSpec: Json): Json {
  return { ...podSpec, serviceAccountName: SERVICE_ACCOUNT };
}
