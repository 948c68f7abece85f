import { Problems } from "../../model/problems.ts";
import { codeLines, explanationLines, explanationResult } from "../../output/explanation.ts";
import type { CommandContext } from "../command-context.ts";
import type { ExplainFlags } from "./flags.ts";
import { EXPLANATIONS, parseCode } from "./explanations.ts";

/** The run of `explain`: each code once, in the order given; all codes if none is given. */
export function explainCodes(
  codes: readonly string[],
  { output }: ExplainFlags,
  { terminal, envelope }: CommandContext,
): void {
  const problems = new Problems();
  const asked = [...new Set(problems.all("code", codes, parseCode).flat())];
  problems.throwIfAny();
  const { out, print } = terminal;
  if (output === "json")
    print(envelope.answer({ result: explanationResult(codes.length === 0 ? EXPLANATIONS : asked) }));
  else (codes.length === 0 ? codeLines(EXPLANATIONS, out) : explanationLines(asked, out)).forEach(print);
}
