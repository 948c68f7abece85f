import { EXIT_CODES } from "../../../model/failure.ts";

/** The exit code of several answers together: what is missing weighs more than what was found. */
export function worstCode(codes: Iterable<number>): number {
  const all = new Set(codes);
  const { denied, failed, findings } = EXIT_CODES;
  return [denied, failed, findings].find((code) => all.has(code)) ?? Math.max(0, ...all);
}

/** True for the exit code of an answer of which nothing is missing. */
export function isWhole(code: number): boolean {
  return code === 0 || code === EXIT_CODES.findings;
}
