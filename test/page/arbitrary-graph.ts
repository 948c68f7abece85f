import * as fc from "fast-check";
import { GRAPH_KINDS, GRAPH_STATES, type AccessGraph } from "../../src/model/access-graph.ts";
import type { ClusterArn } from "../../src/model/arn.ts";
import { SEVERITIES } from "../../src/model/finding.ts";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom("", "api", "payments", "<img src=x onerror=alert(1)>", "</script>", "\u2028", "\u202Eexe"),
);
const facts = fc.array(fc.tuple(text, text), { maxLength: 3 });
const state = fc.constantFrom(...GRAPH_STATES);

const finding = fc.record({
  rule: text,
  severity: fc.constantFrom(...SEVERITIES),
  subject: fc.record({ kind: fc.constant("role" as const), name: text, id: text }),
  message: text,
  evidence: facts,
  remedy: fc.oneof(
    fc.record({ kind: fc.constant("advice" as const), text }),
    fc.record({
      kind: fc.constant("command" as const),
      command: fc.tuple(fc.constant("irsa" as const), text),
    }),
  ),
  namespaces: fc.array(text, { maxLength: 2 }),
  fingerprint: text,
  known: fc.boolean(),
});

function nodesOf(findings: number) {
  const node = fc.record(
    {
      id: text,
      kind: fc.constantFrom(...GRAPH_KINDS),
      label: text,
      cluster: text.map((name) => name as ClusterArn),
      namespace: text,
      state,
      facts,
      findings: fc.array(fc.nat(Math.max(0, findings - 1)), { maxLength: findings === 0 ? 0 : 2 }),
    },
    { requiredKeys: ["id", "kind", "label", "state", "facts", "findings"] },
  );
  return fc.uniqueArray(node, { selector: ({ id }) => id, maxLength: 12 });
}

function edgesAmong(ids: readonly string[]) {
  if (ids.length === 0) return fc.constant([]);
  const end = fc.constantFrom(...ids);
  const kind = fc.constantFrom(
    "contains" as const,
    "runs-as" as const,
    "assumes" as const,
    "attached" as const,
  );
  const edge = fc.record({ from: end, to: end, kind, state, facts, findings: fc.constant([]) });
  return fc.array(edge, { maxLength: 20 });
}

/** Graphs of any shape: circles, edges within a column and back, names that nobody should give. */
export const arbitraryGraph: fc.Arbitrary<AccessGraph> = fc
  .array(finding, { maxLength: 4 })
  .chain((findings) => nodesOf(findings.length).map((nodes) => ({ findings, nodes })))
  .chain(({ findings, nodes }) =>
    edgesAmong(nodes.map(({ id }) => id)).map((edges) => ({
      awsAccount: "111122223333",
      observedAt: "2026-11-25T01:00:00.000Z",
      nodes,
      edges,
      findings,
      notRead: [],
    })),
  );
