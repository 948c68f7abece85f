import { EXIT_CODES } from "../../model/failure.ts";
import { failureLines } from "../../output/failure-text.ts";
import { sdkReportLines, sdkReportResult, unreadFailure } from "../../output/sdk-report.ts";
import type { ExaminedFile } from "../../sdk-versions/examined-file.ts";
import { isTooOld, isUnknown } from "../../sdk-versions/examine.ts";
import { judgeScan } from "../../sdk-versions/scan.ts";
import type { CommandContext } from "../command-context.ts";
import { gatherListings } from "./gather.ts";
import type { SdkCheckFlags } from "./flags.ts";
import type { WayName } from "../../model/way.ts";

/** The run of `sdk-check`: read, judge, report. What can't be read is named too, and the rest is judged all the same. */
export async function checkSdks(
  paths: readonly string[],
  flags: SdkCheckFlags,
  context: CommandContext,
): Promise<void> {
  const { terminal, envelope } = context;
  const ways: readonly WayName[] = flags.for === "both" ? ["irsa", "pod-identity"] : [flags.for];
  const gathered = await gatherListings(paths);
  const files = judgeScan(gathered.files, ways);
  const { unread } = gathered;
  if (flags.output === "json")
    terminal.print(envelope.answer({ result: sdkReportResult(files, ways, unread) }));
  else if (files.length > 0)
    ["", ...sdkReportLines(files, ways, unread.length, terminal.out)].forEach(terminal.print);
  const failure = unreadFailure(unread);
  if (failure !== undefined) failureLines(failure, terminal.err, false).forEach(terminal.say);
  context.exitWith(
    failure !== undefined ? EXIT_CODES.input : hasFindings(files, flags) ? EXIT_CODES.findings : 0,
  );
}

function hasFindings(files: readonly ExaminedFile[], { strict }: SdkCheckFlags): boolean {
  return files.some(({ packages }) =>
    packages.some((one) => isTooOld(one) || (strict === true && isUnknown(one))),
  );
}
