import { CATALOG } from "../../config/well-known-policies/catalog-rows.ts";
import type { CatalogRow } from "../../model/well-known-policy.ts";
import { nearest } from "../../model/nearest.ts";
import { invalid, Problems, valid, type Parsed } from "../../model/problems.ts";
import { parseNamespaceName } from "../../model/service-account-ref.ts";
import { catalogLines, catalogResult } from "../../output/policies-text.ts";
import { printYaml } from "../shared/print-yaml.ts";
import type { CommandContext } from "../command-context.ts";
import { checkAllNamespaces } from "../shared/list-options.ts";
import { checkTargetsFlags, coveringFlags } from "../shared/targets/options.ts";
import type { PoliciesFlags } from "./flags.ts";

/** The run of `policies`: the catalog, which makes no calls, or the roles that are behind it. */
export async function runPolicies(
  names: readonly string[],
  flags: PoliciesFlags,
  context: CommandContext,
): Promise<void> {
  const problems = new Problems();
  const asked = [...new Set(problems.all("policy", names, parseName))];
  const namespace = problems.maybe("--namespace", flags.namespace, parseNamespaceName);
  if (flags.namespace !== undefined && flags.outdated !== true)
    problems.note("--namespace", flags.namespace, "requires --outdated");
  const [covering] = coveringFlags(flags);
  if (covering !== undefined && flags.outdated !== true) problems.note(covering, "", "requires --outdated");
  checkTargetsFlags(flags, problems, { text: "table" });
  checkAllNamespaces(flags, namespace !== undefined, problems);
  problems.throwIfAny();
  const rows = asked.length === 0 ? CATALOG : asked;
  if (flags.outdated !== true) return printCatalog(rows, asked.length > 0, flags, context);
  const { outdatedInTargets, runOutdated } = await import("./run-outdated.ts");
  const run = covering !== undefined ? outdatedInTargets : runOutdated;
  await run(rows, namespace === undefined ? {} : { namespace }, flags, context);
}

async function printCatalog(
  rows: readonly CatalogRow[],
  isAsked: boolean,
  { output, headers }: PoliciesFlags,
  { terminal, envelope }: CommandContext,
): Promise<void> {
  const { out, print } = terminal;
  const result = catalogResult(rows);
  if (output.format === "json") print(envelope.answer({ result }));
  else if (output.format === "yaml") await printYaml(envelope.document({ result }), terminal);
  else if (output.format === "list") print(output.write(result, headers));
  else catalogLines(rows, { format: output.format, isAsked, headers }, out).forEach(print);
}

/** A policy of the catalog by its name; case counts, as it does in a file. */
function parseName(text: string): Parsed<CatalogRow> {
  const found = CATALOG.find(({ name }) => name === text);
  if (found !== undefined) return valid(found);
  const meant = nearest(
    text,
    CATALOG.map(({ name }) => name),
  );
  return invalid(
    meant === undefined
      ? "is not a well-known policy; irsa policies lists them"
      : `is not a well-known policy; did you mean ${meant}?`,
  );
}
