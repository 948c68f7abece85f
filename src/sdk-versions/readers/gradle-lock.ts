import { exactly, type UsedPackage } from "../used-package.ts";
import { Malformed } from "./malformed.ts";
import type { Reader } from "./reader.ts";

/**
 * Gradle's lock files: one a project, or (before Gradle 7) one a configuration; less what only tests' configurations or
 * the build itself have. Source: Gradle, "Dependency locking".
 */
export const gradleLock: Reader = {
  format: "gradle.lockfile",
  ecosystem: "gradle",
  fileName: /^(?!buildscript-).*\.lockfile$/,
  mayBeEmpty: true,
  looksLike: (text) => /^# This is a Gradle generated file for dependency locking/m.test(text),
  read: (text) => ({ packages: text.split("\n").flatMap(readLine), complete: true }),
};

/** The lock file of a build's own plugins, which are in no pod. */
export const gradleBuildLock: Reader = {
  format: "buildscript-gradle.lockfile",
  ecosystem: "gradle",
  fileName: /^buildscript-.*\.lockfile$/,
  mayBeEmpty: true,
  looksLike: () => false,
  read: (text) => {
    text.split("\n").forEach(readLine);
    return { packages: [], complete: true };
  },
};

function readLine(raw: string, index: number): UsedPackage[] {
  const text = raw.trim();
  if (text === "" || text.startsWith("#") || text.startsWith("empty=")) return [];
  const [, group, artifact, version, configurations] =
    /^([^:\s=]+):([^:\s=]+):([^:\s=]+)(?:=(\S*))?$/.exec(text) ?? [];
  if (group === undefined || artifact === undefined || version === undefined)
    throw new Malformed("is not a line of a Gradle lock file", index + 1);
  if (configurations?.split(",").every(isForTests) === true) return [];
  return [
    { type: "maven", name: `${group}:${artifact}`, version: exactly(version), place: { line: index + 1 } },
  ];
}

function isForTests(configuration: string): boolean {
  return /^(test|annotationProcessor$|jacoco|checkstyle|pmd|spotbugs)|(Test|TestFixtures)(Compile|Runtime)/.test(
    configuration,
  );
}
