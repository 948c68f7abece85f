import type { Gap } from "../../../audit/inventory.ts";
import { EXIT_CODES } from "../../../model/failure.ts";

/** The exit code of an answer that lacks what could not be read; 0 where all could. */
export function incompleteCode(gaps: readonly Pick<Gap, "failure">[]): number {
  if (gaps.length === 0) return 0;
  return gaps.some(({ failure }) => failure.kind === "denied") ? EXIT_CODES.denied : EXIT_CODES.failed;
}
