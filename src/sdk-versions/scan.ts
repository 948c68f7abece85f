import { valid, type Parsed } from "../model/problems.ts";
import { COMPANIONS, judgePackages, missingCompanions, sdkOf, type SdkPackage } from "./judge.ts";
import type { Include } from "./listing.ts";
import { effectivePackages, folderOf, MavenFiles, normalized, slashed } from "./maven.ts";
import { inserted, nugetVersion } from "./readers/msbuild.ts";
import type { Pom } from "./readers/pom-model.ts";
import type { Ecosystem, Reader } from "./readers/reader.ts";
import { readListing } from "./read-listing.ts";
import type { ExaminedFile } from "./examined-file.ts";
import { lineFinder, type UsedPackage } from "./used-package.ts";
import type { WayName } from "../model/way.ts";

/** What is kept of a file that was read, until all are: what is of AWS SDKs, and what others need of it. */
export interface ScannedFile {
  /** With `/` between its parts. */
  readonly path: string;
  readonly format: string;
  readonly ecosystem: Ecosystem | undefined;
  readonly isComplete: boolean;
  readonly isDeclaration: boolean;
  readonly packages: readonly SdkPackage[];
  /** Packages that SDKs need beside them, in lower case. */
  readonly present: ReadonlySet<string>;
  readonly includes: readonly Include[];
  readonly optionalGroups: ReadonlySet<string>;
  readonly pom?: Pom;
  readonly properties?: ReadonlyMap<string, string>;
  readonly centralVersions?: ReadonlyMap<string, string>;
}

/** Reads one file of a scan; the problem names the place in it. */
export function scanFile(path: string, text: string, as?: Reader): Parsed<ScannedFile> {
  const plain = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const read = readListing(slashed(path), plain, as);
  if (!read.ok) return read;
  const { reader, listing } = read.value;
  const names = listing.packages.map(({ name }) => name.toLowerCase());
  return valid({
    path: normalized(slashed(path)),
    format: reader.format,
    ecosystem: reader.ecosystem,
    isComplete: listing.complete,
    isDeclaration: listing.isDeclaration ?? false,
    packages: sdkPackages(listing.packages, plain),
    present: new Set(names.filter((name) => COMPANIONS.has(name))),
    includes: listing.includes ?? [],
    optionalGroups: new Set(listing.optionalGroups),
    ...(listing.pom && { pom: listing.pom }),
    ...(listing.properties && { properties: listing.properties }),
    ...(listing.centralVersions && { centralVersions: listing.centralVersions }),
  });
}

/** Judges all files of a scan together, in their order: what one leaves open another may say. */
export function judgeScan(files: readonly ScannedFile[], ways: readonly WayName[]): ExaminedFile[] {
  const scan = new Scan(files);
  return files.map((file) => {
    const packages = scan.packagesOf(file);
    return {
      path: file.path,
      format: file.format,
      isComplete: file.isComplete || scan.hasLock(file),
      packages: judgePackages(packages, ways),
      lacking: ways.includes("irsa") && file.isComplete ? missingCompanions(packages, file.present) : [],
    };
  });
}

function sdkPackages(packages: readonly UsedPackage[], text: string): SdkPackage[] {
  let lineOf: ReturnType<typeof lineFinder> | undefined;
  return packages.flatMap((used): SdkPackage[] => {
    const found = sdkOf(used);
    if (found === undefined) return [];
    lineOf ??= lineFinder(text);
    const { type, name, version, place, groups } = used;
    return [
      {
        ...found,
        type,
        name: name.slice(0, LONGEST),
        version: shown(version),
        line: lineOf(place),
        ...(groups && { groups }),
      },
    ];
  });
}

/** Characters of a name or a version that are shown. */
const LONGEST = 500;

/** Addresses in place of versions may hold passwords and tokens. */
function shown(version: UsedPackage["version"]): UsedPackage["version"] {
  // Of an address that is cut in its host nobody can tell whether it begins with a password.
  const cut =
    version.text.length <= LONGEST
      ? version.text
      : version.text.slice(0, LONGEST).replace(/\/\/[^/\s]*$/, "//");
  const text = cut.replaceAll(/\/\/[^/\s]*@/g, "//").replaceAll(/(\/\/[^\s?]*)\?\S*/g, "$1");
  return text === version.text ? version : { ...version, text };
}

/** The files of a scan, as they look at one another. */
class Scan {
  readonly #byPath: ReadonlyMap<string, ScannedFile>;
  readonly #byFolder = new Map<string, ScannedFile[]>();
  readonly #poms: MavenFiles;

  constructor(files: readonly ScannedFile[]) {
    this.#byPath = new Map(files.map((file) => [file.path, file]));
    for (const file of files) {
      const folder = folderOf(file.path);
      const beside = this.#byFolder.get(folder);
      if (beside === undefined) this.#byFolder.set(folder, [file]);
      else beside.push(file);
    }
    this.#poms = new MavenFiles(files.flatMap(({ path, pom }) => (pom === undefined ? [] : [{ path, pom }])));
  }

  packagesOf(file: ScannedFile): readonly SdkPackage[] {
    if (file.pom !== undefined) return sdkPackages(effectivePackages(file.pom, this.#poms), "");
    const packages = file.packages.filter(
      (one) => !this.#isOptional(one, file) && !this.#isLocked(one, file),
    );
    return packages.map((one) => this.#withVersion(one, file));
  }

  /** Poetry's groups that are optional by the project beside. */
  #isOptional({ groups = [] }: SdkPackage, file: ScannedFile): boolean {
    if (groups.length === 0) return false;
    const project = this.#beside(file, "pyproject.toml");
    return groups.every((group) => project?.optionalGroups.has(group));
  }

  /** What a file asks for is told by the lock file beside it or above it that has it. */
  #isLocked({ name }: SdkPackage, file: ScannedFile): boolean {
    const lists = (one: ScannedFile | undefined): boolean =>
      one?.packages.some((each) => each.name === name) ?? false;
    if (file.format === "go.sum") {
      const mod = this.#beside(file, "go.mod");
      return mod?.isComplete === true || lists(mod);
    }
    if (file.path.endsWith(".in")) return lists(this.#byPath.get(file.path.replace(/\.in$/, ".txt")));
    return this.#locksOf(file).some(lists);
  }

  /** Whether a lock file lists what a declaration asks for. */
  hasLock(file: ScannedFile): boolean {
    return this.#locksOf(file).length > 0;
  }

  #locksOf(file: ScannedFile): ScannedFile[] {
    if (!file.isDeclaration) return [];
    return this.#around(file).filter(
      (one) => one.ecosystem === file.ecosystem && one.isComplete && !one.isDeclaration,
    );
  }

  #withVersion(used: SdkPackage, file: ScannedFile): SdkPackage {
    const { version, name } = used;
    if (version.from !== undefined || version.to !== undefined) return used;
    if (file.ecosystem === "nuget") return { ...used, version: this.#nugetVersion(used, file) };
    for (const { path } of file.includes.filter((one) => one.isConstraint)) {
      const constraints = this.#byPath.get(normalized(`${folderOf(file.path)}/${path}`));
      const stated = constraints?.packages.find((one) => one.name === name);
      if (stated !== undefined) return { ...used, version: stated.version };
    }
    return used;
  }

  /** Central versions and properties of the folders above, the nearest first. */
  #nugetVersion({ name, version }: SdkPackage, file: ScannedFile): SdkPackage["version"] {
    const around = [file, ...this.#around(file)];
    const central = around.find(({ centralVersions }) => centralVersions?.has(name.toLowerCase()));
    const text = version.text.includes("$(")
      ? version.text
      : central?.centralVersions?.get(name.toLowerCase());
    if (text === undefined) return version;
    const properties = new Map(around.toReversed().flatMap((one) => [...(one.properties ?? [])]));
    return nugetVersion(inserted(text, properties));
  }

  #beside(file: ScannedFile, name: string): ScannedFile | undefined {
    const folder = folderOf(file.path);
    return this.#byPath.get(folder === "." ? name : `${folder}/${name}`);
  }

  /** The files of a file's folder, then those of each folder above. */
  #around(file: ScannedFile): ScannedFile[] {
    const found: ScannedFile[] = [];
    for (let folder = folderOf(file.path); ; folder = folderOf(folder)) {
      for (const one of this.#byFolder.get(folder) ?? []) found.push(one);
      if (folder === "." || folder === "") return found;
    }
  }
}
