import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import auditSchema from "../../schemas/irsa-audit.schema.json" with { type: "json" };
import schema from "../../schemas/irsa-graph.schema.json" with { type: "json" };
import { reportOf } from "../../src/audit/report.ts";
import type { AccessGraph } from "../../src/model/access-graph.ts";
import type { AuditReport } from "../../src/model/audit-report.ts";
import { Envelope } from "../../src/output/envelope.ts";
import { auditResult } from "../../src/output/audit-json.ts";
import { graphResult } from "../../src/output/graph-json.ts";
import { fullWorld } from "./full-world.ts";
import { ASKED, drawn, observedOf } from "./scenes.ts";

const auditJson = (report: AuditReport): string =>
  String(new Envelope("audit", true).answer({ result: auditResult(report) }));
const graphJson = (graph: AccessGraph): string =>
  String(new Envelope("graph", true).answer({ result: graphResult(graph) }));

const ajv = new Ajv({ validateFormats: false, allErrors: true });
const [valid, validAudit] = [ajv.compile(schema), ajv.compile(auditSchema)];

describe("JSON", () => {
  it.each([
    ["of a world with everything", fullWorld()],
    ["of nothing", {}],
  ])("%s holds to its schema", (_, world) => {
    expect(valid(JSON.parse(graphJson(drawn(world)))) ? [] : valid.errors).toEqual([]);
  });

  it("has every field that its schema has", () => {
    const text = graphJson(drawn(fullWorld()));
    const parts = schema.properties.result.oneOf.flatMap(({ properties }) =>
      properties?.nodes === undefined ? [] : [{ properties }, properties.nodes.items, properties.edges.items],
    );
    expect(parts).toHaveLength(3);
    for (const { properties } of parts)
      for (const field of Object.keys(properties)) expect(text).toContain(`"${field}":`);
  });

  it.each([
    ["no state", '"state": "works"', '"state": "fine"'],
    ["no kind", '"kind": "role"', '"kind": "user"'],
    ["another version", '"schemaVersion": 2', '"schemaVersion": 1'],
    ["no label", '"label"', '"name"'],
  ])("with %s does not", (_, right, wrong) => {
    expect(valid(JSON.parse(graphJson(drawn(fullWorld())).replace(right, wrong)))).toBe(false);
  });

  it("of an audit holds to its schema too", () => {
    const text = auditJson(reportOf(observedOf(fullWorld()), ASKED));
    expect(validAudit(JSON.parse(text)) ? [] : validAudit.errors).toEqual([]);
    expect(validAudit(JSON.parse(text.replace('"severity"', '"weight"')))).toBe(false);
  });
});
