import { serviceAccountPath, parseServiceAccountPath } from "../../model/service-account-ref.ts";
import { unreadFailure } from "../../output/sdk-report.ts";
import type { SdkEvidence } from "../../pod-identity-migration/row.ts";
import type { ExaminedFile } from "../../sdk-versions/examined-file.ts";
import { isTooOld } from "../../sdk-versions/examine.ts";
import type { JudgedPackage } from "../../sdk-versions/judge.ts";
import { judgeScan } from "../../sdk-versions/scan.ts";
import { gatherListings } from "../sdk-check/gather.ts";

/** What `--sdk-files` names: a lock file, an SBOM or a directory, of one ServiceAccount's pods or of all that are migrated. */
interface SdkFiles {
  /** `namespace/name`; `undefined` for all. */
  readonly serviceAccount: string | undefined;
  readonly path: string;
}

/**
 * Reads the files and judges what they list of AWS SDKs, by ServiceAccount: `undefined` for one that no file is about.
 * @throws Failure `file-not-read`: what was not read may list a version that is too old
 */
export async function readSdkFiles(
  texts: readonly string[],
): Promise<(path: string) => SdkEvidence | undefined> {
  const all: { readonly of: SdkFiles; readonly files: readonly ExaminedFile[] }[] = [];
  for (const of of texts.map(parseSdkFiles)) {
    const { files, unread } = await gatherListings([of.path]);
    const failure = unreadFailure(unread);
    if (failure !== undefined) throw failure;
    all.push({ of, files: judgeScan(files, ["pod-identity"]) });
  }
  return (path) => {
    const files = all
      .filter(({ of }) => of.serviceAccount === undefined || of.serviceAccount === path)
      .flatMap((one) => one.files);
    return files.length === 0 ? undefined : evidenceOf(files);
  };
}

/** What comes before `=` is a ServiceAccount where it can be one; a path that looks like it may begin with `./`. */
function parseSdkFiles(text: string): SdkFiles {
  const at = text.indexOf("=");
  const ref = at < 0 ? undefined : parseServiceAccountPath(text.slice(0, at));
  if (ref?.ok !== true) return { serviceAccount: undefined, path: text };
  return { serviceAccount: serviceAccountPath(ref.value), path: text.slice(at + 1) };
}

/** A file without an AWS SDK shows nothing: it may not be the application's. */
function evidenceOf(files: readonly ExaminedFile[]): SdkEvidence {
  const packages = files.flatMap((file) => file.packages.map((one) => ({ file, one })));
  return {
    tooOld: packages.filter(({ one }) => isTooOld(one)).map(({ file, one }) => oldText(file, one)),
    isWhole: packages.length > 0 && packages.every(({ one }) => isNewEnough(one)),
  };
}

function isNewEnough({ verdicts }: JudgedPackage): boolean {
  return verdicts.every(({ verdict }) => verdict === "new-enough");
}

function oldText({ path }: ExaminedFile, { name, version, verdicts }: JudgedPackage): string {
  const needs = verdicts.find(({ verdict }) => verdict === "too-old")?.needs;
  const minimum = typeof needs === "object" ? ` (needs ${needs.release ?? needs.version})` : "";
  return `${path}: ${name} ${version.text}${minimum}`;
}
