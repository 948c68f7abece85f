import { FAILURE_CODES } from "../../src/model/failure-codes.ts";

/** docs/error-codes.md: the code of every error, and what it means. */
export function errorCodesDocument(): string {
  return [
    "# Error codes",
    "",
    "Generated from `src/model/failure-codes.ts` by `npm run docs:rows`. `-o json` reports them as `error.code`; `irsa explain CODE` prints their meaning; the [exit code](exit-codes.md) tells the kind of error. The codes of broken links are in [How IRSA fails](failure-modes.md).",
    "",
    "| Code | Meaning |",
    "|---|---|",
    ...Object.entries(FAILURE_CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`),
    "",
  ].join("\n");
}
