import { basename } from "node:path";
import { readInputFiles } from "../../files/input-files.ts";
import { EXIT_CODES } from "../../model/failure.ts";
import { LIMITS } from "../../model/limits.ts";
import { Problems } from "../../model/problems.ts";
import { failureLines } from "../../output/failure-text.ts";
import { sdkReportJson, sdkReportLines, type SdkFile } from "../../output/sdk-report.ts";
import { examineFile, isTooOld } from "../../sdk-versions/examine.ts";
import { isListingName } from "../../sdk-versions/read-listing.ts";
import type { Way } from "../../sdk-versions/sdks.ts";
import type { CommandContext } from "../command-context.ts";
import type { SdkCheckFlags } from "./sdk-check.ts";

const WANTED = {
  isWanted: isListingName,
  what: "lock file or SBOM (irsa sdk-check --help names them)",
  maxBytes: LIMITS.listingBytes,
};

/** The run of `sdk-check`: read, judge, tell. What can't be read is told too, and the rest is judged all the same. */
export async function checkSdks(
  paths: readonly string[],
  flags: SdkCheckFlags,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const ways: readonly Way[] = flags.for === "both" ? ["irsa", "pod-identity"] : [flags.for];
  const problems = new Problems();
  const files = (await readInputFiles(paths, WANTED, problems)).flatMap(({ path, text }): SdkFile[] => {
    const examined = problems.take(path, "", () => examineFile(basename(path), text, ways));
    return examined === undefined ? [] : [{ path, ...examined }];
  });
  const failure = problems.failure();
  if (flags.output === "json") terminal.print(sdkReportJson(files, ways, problems.list));
  else if (files.length > 0) ["", ...sdkReportLines(files, ways, terminal.out)].forEach(terminal.print);
  if (failure !== undefined) failureLines(failure, terminal.err, false).forEach(terminal.say);
  const tooOld = files.some(({ packages }) => packages.some(isTooOld));
  context.exitWith(failure !== undefined ? EXIT_CODES.input : tooOld ? EXIT_CODES.findings : 0);
}
