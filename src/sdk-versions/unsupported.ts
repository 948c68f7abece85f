import type { Ecosystem } from "./readers/reader.ts";

/** A file that says what is used and that is not read: what it is, and what to do in its place. */
export interface Unsupported {
  readonly fileName: RegExp;
  /** Only a text in which this is found says what is used: a build file may say nothing of that. */
  readonly declares?: RegExp;
  /** Where such a lock file is beside it, that says all. */
  readonly lockedBy?: Ecosystem;
  readonly isBinary?: boolean;
  readonly problem: string;
}

const PROGRAM = "is a program and is not executed";
const SBOM = "scan an SBOM instead: syft DIRECTORY -o cyclonedx-json | irsa sdk-check -";

/** Dependency files that are known by their names and not read: each is told, so that nothing passes for "no SDK". */
const UNSUPPORTED: readonly Unsupported[] = [
  {
    fileName: /^bun\.lockb$/,
    isBinary: true,
    lockedBy: "npm",
    problem: "is binary; run bun install --save-text-lockfile to write bun.lock",
  },
  {
    fileName: /\.gradle(\.kts)?$/,
    declares: /^[ \t]*dependencies\s*\{|\bversionCatalogs\s*\{|\blibrary\s*\(|\bdependency\s*\(?["']/m,
    lockedBy: "gradle",
    problem: `${PROGRAM}: run gradle dependencies --write-locks to write gradle.lockfile`,
  },
  {
    fileName: /^setup\.py$/,
    declares: /\b(install_requires|requires)\b/,
    lockedBy: "pypi",
    problem: `${PROGRAM}: add a requirements.txt or lock file`,
  },
  {
    fileName: /^setup\.cfg$/,
    declares: /^[ \t]*install_requires\s*=/m,
    lockedBy: "pypi",
    problem: "is not supported: add a requirements.txt or lock file",
  },
  {
    fileName: /\.sbt$/,
    declares: /libraryDependencies|%%?/,
    problem: `${PROGRAM}: ${SBOM}`,
  },
  {
    fileName: /^(environment|conda)(-[\w-]+)?\.ya?ml$/,
    declares: /^dependencies:/m,
    problem: `is not supported: ${SBOM}`,
  },
  {
    fileName: /^(conda-lock\.ya?ml|pixi\.lock)$/,
    problem: `is not supported: ${SBOM}`,
  },
  {
    fileName: /^(MODULE\.bazel|WORKSPACE(\.bazel)?|maven_install\.json)$/,
    declares: /maven|pip|npm|go_deps|artifacts/,
    problem: `is not supported: ${SBOM}`,
  },
  { fileName: /^ivy\.xml$/, problem: `is not supported: ${SBOM}` },
  { fileName: /^(deps\.edn|project\.clj)$/, problem: `is not supported: ${SBOM}` },
  { fileName: /^paket\.lock$/, problem: `is not supported: ${SBOM}` },
  {
    fileName: /^(Gopkg\.lock|glide\.lock|Godeps\.json)$/,
    problem: `is not supported: ${SBOM}`,
  },
  { fileName: /^vcpkg\.json$/, problem: `is not supported: ${SBOM}` },
  {
    fileName: /^conanfile\.(py|txt)$/,
    lockedBy: "conan",
    problem: "is not supported: run conan lock create . to write conan.lock",
  },
  { fileName: /^Package\.resolved$/, problem: `is not supported: ${SBOM}` },
  {
    fileName: /\.(spdx\.(rdf|xml|ya?ml)|spdx\.rdf\.xml)$/i,
    problem: "is not supported; use SPDX as JSON or tag-value",
  },
];

/** The unsupported kind of a file by its name; `undefined` for a file that is none. */
export function unsupportedKind(fileName: string): Unsupported | undefined {
  return UNSUPPORTED.find((one) => one.fileName.test(fileName));
}
