import { EXIT_CODES } from "../../model/failure.ts";
import { refusalOf } from "../../verification/refusal.ts";
import type { Verified } from "../../verification/verify.ts";
import type { VerifyFlags } from "./flags.ts";

/** 3 where a chain is broken; else that of what could not be read. */
export function exitCodeOf(chains: readonly Verified[], { strict }: Pick<VerifyFlags, "strict">): number {
  const verdicts = new Set(chains.map(({ report }) => report.verdict));
  if (verdicts.has("broken")) return EXIT_CODES.findings;
  const refusals = chains.flatMap(({ observed }) => refusalOf(observed) ?? []);
  const refusal = refusals.find(({ kind }) => kind === "denied") ?? refusals[0];
  if (refusal !== undefined) return EXIT_CODES[refusal.kind];
  return strict === true && verdicts.has("unproven") ? 1 : 0;
}
