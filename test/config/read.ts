import { readClusterFiles, type ClusterFile } from "../../src/config/read-file.ts";
import { isFailure } from "../../src/model/failure.ts";
import { Problems } from "../../src/model/problems.ts";

/** A file for the cluster of the fakes with this under `iam.serviceAccounts`, each entry from column 5 on. */
export function fileOf(...serviceAccounts: readonly string[]): string {
  const entries = serviceAccounts.map((entry) => `  - ${entry.trim().replaceAll("\n", "\n    ")}\n`).join("");
  return `apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: { name: eks-work-cluster, region: ap-northeast-2 }
iam:
  serviceAccounts:
${entries}`;
}

/** The sources that a test gives by their texts: `a.yaml`, `b.yaml`, … */
function sourcesOf(texts: readonly string[]) {
  return texts.map((text, at) => ({ name: `${"abcdef"[at]}.yaml`, text }));
}

/** What files say; it is an error if anything is wrong with them. */
export function read(...texts: readonly string[]): ClusterFile {
  const problems = new Problems();
  const file = readClusterFiles(sourcesOf(texts), problems);
  problems.throwIfAny();
  if (file === undefined) throw new Error("nothing was read, and nothing noted");
  return file;
}

/** Everything that is wrong with files, as `place sentence`. */
export function wrongsOf(...texts: readonly string[]): string[] {
  const problems = new Problems();
  readClusterFiles(sourcesOf(texts), problems);
  try {
    problems.throwIfAny();
    return [];
  } catch (error) {
    if (!isFailure(error)) throw error;
    const { facts = [] } = error.detail;
    return facts.length === 0
      ? [error.message]
      : facts.map(([where, sentence]) => `${where} ${String(sentence)}`);
  }
}
