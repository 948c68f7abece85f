import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { CLUSTER_CONFIG } from "../../src/config/cluster-config.ts";
import { ORGANIZATION_POLICY } from "../../src/config/organization.ts";
import { schemaOf } from "../../src/config/schema.ts";
import { readYaml } from "../../src/config/read-yaml.ts";
import { jsonOf } from "../../src/config/tree.ts";
import { Problems } from "../../src/model/problems.ts";
import { fileOf } from "./read.ts";

const FILE = "../../schemas/irsa-clusterconfig.schema.json";
const SCHEMA = schemaOf(
  CLUSTER_CONFIG,
  "eksctl ClusterConfig, as irsa reads it",
  "iam.serviceAccounts and iam.withOIDC are acted upon, the rest is ignored",
);
const valid = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(SCHEMA);

function documents(text: string): unknown[] {
  const problems = new Problems();
  const trees = readYaml({ name: "f", text }, problems);
  problems.throwIfAny();
  return trees.map(jsonOf);
}

describe("the JSON Schema for editors", () => {
  it("is what the table of fields says (npx vitest -u writes it again)", async () => {
    await expect(`${JSON.stringify(SCHEMA, null, 2)}\n`).toMatchFileSnapshot(FILE);
  });

  it("is there for an organization's rules too", async () => {
    const rules = schemaOf(
      ORGANIZATION_POLICY,
      "Rules of an organization for irsa",
      "No flag overrides this file",
    );
    const text = `${JSON.stringify(rules, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot("../../schemas/irsa-organization.schema.json");
  });

  it.each(["eksctl-accounts", "irsa-additions"])("takes %s.yaml", (name) => {
    const [document] = documents(readFileSync(new URL(`samples/${name}.yaml`, import.meta.url), "utf8"));
    valid(document);
    expect(valid.errors).toBeNull();
  });

  const reads = "attachPolicyARNs: [arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess]";
  it.each([
    ["an unknown field", `metadata: { name: a }\n${reads}\nroleArn: x`],
    ["the wrong case", `metadata: { name: a }\nattachPolicyArns: []`],
    ["no name", `metadata: { namespace: a }\n${reads}`],
    ["a list for a text", `metadata: { name: [a] }\n${reads}`],
    ["what is no ARN", "metadata: { name: a }\nattachPolicyARNs: [x]"],
    ["a policy without what it needs", "metadata: { name: a }\nwellKnownPolicies: { velero: true }"],
  ])("refuses %s", (_what, entry) => {
    const [document] = documents(fileOf(entry));
    expect(valid(document)).toBe(false);
  });
});
