import { mavenRange } from "./readers/maven-range.ts";
import type { Coordinates, Pom, PomDependency } from "./readers/pom-model.ts";
import { unstated, type StatedVersion, type UsedPackage } from "./used-package.ts";

/** A POM and the file that it was read from, by its path. */
export interface PomFile {
  readonly path: string;
  readonly pom: Pom;
}

/** BOMs of AWS that give versions to all artifacts of their own group, without being read. */
const AWS_BOMS = new Set(["bom", "bom-internal", "aws-java-sdk-bom"]);
/** Parents of parents; more are taken for a circle. */
const MOST_PARENTS = 64;

/**
 * What a POM's project uses, with versions of its parents and imported BOMs as far as they are among the files: what is
 * not is unknown. Inheritance comes before interpolation, so that a project's properties count in its parent's versions
 * too. Source: Maven, "Introduction to the Dependency Mechanism", "POM Reference".
 */
export function effectivePackages(pom: Pom, poms = new MavenFiles([])): UsedPackage[] {
  const model = poms.modelOf(pom) ?? effectiveModel([pom], poms);
  const imports = pom.managed.filter((one) => model.resolve(one.scope) === "import");
  return [...imports, ...pom.dependencies].flatMap((dependency): UsedPackage[] => {
    const group = model.resolve(dependency.group) ?? "";
    const artifact = model.resolve(dependency.artifact) ?? "";
    const managed = model.managed.get(`${group}:${artifact}`);
    const scope = model.resolve(dependency.scope) ?? managed?.scope;
    if (scope === "test") return [];
    const version = model.resolve(dependency.version) ?? managed?.version ?? model.bomVersions.get(group);
    return [
      {
        type: "maven",
        name: `${group}:${artifact}`,
        version: version === undefined ? unstated(notHere(model.absent)) : stated(version, model.absent),
        place: { line: dependency.line },
      },
    ];
  });
}

function stated(version: string, absent: readonly string[]): StatedVersion {
  return version.includes("${") && absent.length > 0
    ? unstated(`${version}: ${notHere(absent)}`)
    : mavenRange(version);
}

function notHere(absent: readonly string[]): string {
  const [first] = absent;
  return first === undefined
    ? "its version comes from a parent or a BOM"
    : `its version comes from ${first}, which is not among the files`;
}

/** Finds the POMs that others name among those that were read. */
export class MavenFiles {
  readonly #byPath: ReadonlyMap<string, Pom>;
  readonly #pathOf: ReadonlyMap<Pom, string>;
  readonly #byName = new Map<string, Pom[]>();
  readonly #models = new Map<Pom, Model | "begun">();

  constructor(files: readonly PomFile[]) {
    this.#byPath = new Map(files.map(({ path, pom }) => [path, pom]));
    this.#pathOf = new Map(files.map(({ path, pom }) => [pom, path]));
    for (const { pom } of files) {
      const { artifact } = pom.own;
      const group = pom.own.group ?? pom.parent?.group;
      if (artifact === undefined || group === undefined) continue;
      const same = this.#byName.get(`${group}:${artifact}`);
      if (same === undefined) this.#byName.set(`${group}:${artifact}`, [pom]);
      else same.push(pom);
    }
  }

  /** A POM with what its parents and BOMs say; `undefined` while that is being found out, which is a circle. */
  modelOf(pom: Pom): Model | undefined {
    const known = this.#models.get(pom);
    if (known !== undefined) return known === "begun" ? undefined : known;
    this.#models.set(pom, "begun");
    const model = effectiveModel([pom, ...this.#lineageOf(pom)], this);
    this.#models.set(pom, model);
    return model;
  }

  /** The parents of a POM, the nearest first, as far as they were read. */
  #lineageOf(pom: Pom): Pom[] {
    const lineage: Pom[] = [];
    let current: Pom | undefined = pom;
    while (current?.parent !== undefined && lineage.length < MOST_PARENTS) {
      const near = this.#nearParent(current);
      current = near?.own.artifact === current.parent.artifact ? near : this.named(current.parent);
      if (current !== undefined) lineage.push(current);
    }
    return lineage;
  }

  /** The POM of these coordinates: of several versions the one that is asked for, or none. */
  named({ group, artifact, version }: Coordinates): Pom | undefined {
    const same = this.#byName.get(`${group}:${artifact}`) ?? [];
    if (same.length === 1) return same[0];
    return same.find((pom) => (pom.own.version ?? pom.parent?.version) === version);
  }

  #nearParent(pom: Pom): Pom | undefined {
    const path = this.#pathOf.get(pom);
    const way = pom.parent?.relativePath ?? "";
    if (path === undefined || way === "") return undefined;
    const there = normalized(`${folderOf(path)}/${way}`);
    return this.#byPath.get(there) ?? this.#byPath.get(`${there}/pom.xml`);
  }
}

interface Model {
  readonly resolve: (text: string | undefined) => string | undefined;
  readonly managed: ReadonlyMap<
    string,
    { readonly version: string | undefined; readonly scope: string | undefined }
  >;
  /** Versions that AWS's BOMs give to a whole group. */
  readonly bomVersions: ReadonlyMap<string, string>;
  /** Parents and BOMs that are named and were not read. */
  readonly absent: readonly string[];
}

/** A project and its parents, the nearest first, as one. */
function effectiveModel(lineage: readonly Pom[], poms: MavenFiles): Model {
  const properties = new Map(lineage.toReversed().flatMap((pom) => [...pom.properties]));
  for (const [key, value] of projectProperties(lineage)) properties.set(key, value);
  const resolve = (text: string | undefined): string | undefined => text && interpolated(text, properties);
  const managed = new Map<string, { version: string | undefined; scope: string | undefined }>();
  const bomVersions = new Map<string, string>();
  const oldest = lineage.at(-1)?.parent;
  const absent = new Set<string>();
  if (oldest !== undefined) absent.add(`${oldest.group}:${oldest.artifact}:${oldest.version ?? "?"}`);
  const all = lineage.flatMap((pom) => pom.managed);
  const isImport = (one: PomDependency): boolean => resolve(one.scope) === "import";
  for (const one of all.filter((each) => !isImport(each))) {
    const key = `${resolve(one.group)}:${resolve(one.artifact)}`;
    if (!managed.has(key)) managed.set(key, { version: resolve(one.version), scope: resolve(one.scope) });
  }
  for (const one of all.filter(isImport)) {
    const bom = {
      group: resolve(one.group) ?? "",
      artifact: resolve(one.artifact) ?? "",
      version: resolve(one.version),
    };
    const found = poms.named(bom);
    const inner = found && poms.modelOf(found);
    if (inner !== undefined) {
      for (const [key, value] of inner.managed)
        if (!managed.has(key)) managed.set(key, { ...value, scope: undefined });
      for (const [key, value] of inner.bomVersions) if (!bomVersions.has(key)) bomVersions.set(key, value);
      inner.absent.forEach((one) => absent.add(one));
    } else if (AWS_BOMS.has(bom.artifact)) {
      const { group, version } = bom;
      if (version !== undefined && !bomVersions.has(group)) bomVersions.set(group, version);
    } else {
      absent.add(`${bom.group}:${bom.artifact}:${bom.version ?? "?"}`);
    }
  }
  return { resolve, managed, bomVersions, absent: [...absent] };
}

/** `${project.version}` and its like; a parent's is its child's where the child says none. */
function projectProperties(lineage: readonly Pom[]): [string, string][] {
  const parent = lineage[0]?.parent;
  const first = (key: "group" | "version"): string | undefined =>
    lineage.map(({ own }) => own[key]).find((one) => one !== undefined) ?? lineage.at(-1)?.parent?.[key];
  const values: [string, string | undefined][] = [
    ["groupId", lineage[0]?.own.group ?? parent?.group ?? first("group")],
    ["artifactId", lineage[0]?.own.artifact],
    ["version", lineage[0]?.own.version ?? parent?.version ?? first("version")],
    ["parent.version", parent?.version],
    ["parent.groupId", parent?.group],
  ];
  return values.flatMap(([key, value]): [string, string][] =>
    value === undefined
      ? []
      : [
          [`project.${key}`, value],
          [`pom.${key}`, value],
        ],
  );
}

function interpolated(text: string, properties: ReadonlyMap<string, string>, depth = 0): string {
  if (depth > 8 || text.length > 1_000) return text;
  const next = text.replace(/\$\{([^}]+)\}/g, (whole, key: string) => {
    const value = properties.get(key);
    // A value of thousands of characters is not part of a version.
    return value !== undefined && value.length <= 1_000 ? value : whole;
  });
  return next === text ? text : interpolated(next, properties, depth + 1);
}

/** A path with `/` between its parts. */
export function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}

/** The folder of a path, `.` for none. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "." : path.slice(0, at);
}

/** A path without `.` and `..`, as far as that goes. */
export function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "." || (part === "" && parts.length > 0)) continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== ".." && parts.at(-1) !== "") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}
