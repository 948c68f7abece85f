import { expect, test } from "vitest";
import { CATALOG } from "../../src/config/well-known-policies/catalog-rows.ts";
import type { CatalogRow } from "../../src/model/well-known-policy.ts";

test("docs/policies.md is what the catalog says", async () => {
  await expect(policiesDocument()).toMatchFileSnapshot("../../docs/policies.md");
});

function policiesDocument(): string {
  const rows = CATALOG.map(({ name, about, upstream, eksctl, source }) =>
    row([
      `\`${name}\``,
      about,
      `[${upstream.project}](${source}) ${upstream.version}`,
      upstream.date,
      eksctl ? "yes" : "",
    ]),
  );
  return [
    "# Well-known policies",
    "",
    "Generated from `src/config/well-known-policies/` by `npm run docs:policies`. A ClusterConfig asks for them in `wellKnownPolicies`, with `true` or with a mapping of inputs ([how](decisions/0007-well-known-policies.md)). `irsa policies POLICY` prints a document, `irsa policies --outdated` compares the roles of a cluster with this catalog ([how](decisions/0022-outdated-policies.md)).",
    "",
    "| Name | For | Compared with | As of | eksctl |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    ...CATALOG.flatMap(section),
  ].join("\n");
}

function section({ name, inputs, managedPolicies, document }: CatalogRow): readonly string[] {
  const permissions = [
    ...managedPolicies.map((policy) => `attaches \`${policy}\``),
    ...(document === undefined ? [] : ["writes:"]),
  ];
  return [
    `## ${name}`,
    "",
    ...inputs.map(
      ({ name: input, about, required }) => `- \`${input}\`: ${about}${required ? " (required)" : ""}`,
    ),
    ...(inputs.length > 0 ? [""] : []),
    `\`${name}: ${inputs.some(({ required }) => required) ? "{ … }" : "true"}\` ${permissions.join(", and ")}`,
    "",
    ...(document === undefined ? [] : ["```json", JSON.stringify(document, null, 2), "```", ""]),
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
