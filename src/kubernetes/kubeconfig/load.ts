import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { codeOf } from "../../files/open-file.ts";
import { readTextFileSync } from "../../files/read-file.ts";
import { NO_SUCH_FILE, reasonOf } from "../../files/reason.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Kubeconfig, KubeconfigFile } from "./entries.ts";
import { Wrong } from "./fields.ts";
import { parseKubeconfig } from "./parse.ts";
import { kubeconfigFailure } from "./read-credential.ts";

/**
 * Reads a kubeconfig, or without a file's name those that kubectl would read: of a list the first file that has a name
 * wins, and those that do not exist are skipped.
 * Source: Kubernetes docs, "Organizing Cluster Access Using kubeconfig Files"; client-go, `ClientConfigLoadingRules`.
 * @throws Failure `kubeconfig`
 */
export function loadKubeconfig(file: string | undefined): Kubeconfig {
  if (file === "") throw kubeconfigFailure("--kubeconfig '': a file is needed");
  if (file !== undefined) {
    const read = loadFile(file, `--kubeconfig '${file}'`);
    if (read === undefined) throw kubeconfigFailure(`--kubeconfig '${file}' can't be read: ${NO_SUCH_FILE}`);
    return merged([read], { files: [file], missing: [], byVariable: false });
  }
  const { files: named, byVariable } = usualFiles();
  const loaded = named.map((one) => ({ file: one, read: loadFile(one, `the kubeconfig '${one}'`) }));
  const found = loaded.flatMap(({ read }) => read ?? []);
  const namesOf = (isMissing: boolean) =>
    loaded.filter(({ read }) => (read === undefined) === isMissing).map((one) => one.file);
  return merged(found, { files: namesOf(false), missing: namesOf(true), byVariable });
}

/** What such a kubeconfig is called in messages; paths in it count from the working folder. */
const LOADED = "the loaded kubeconfig";

/** A kubeconfig that is not a file. @throws Failure `kubeconfig` */
export function loadedKubeconfig(text: string): Kubeconfig {
  try {
    const config = parseKubeconfig(text, resolve(LOADED));
    return merged([config], { files: [LOADED], missing: [], byVariable: false });
  } catch (error) {
    if (error instanceof Wrong) throw kubeconfigFailure(`${LOADED}: ${error.message}`);
    throw error;
  }
}

function usualFiles(): { readonly files: readonly string[]; readonly byVariable: boolean } {
  const variable = process.env["KUBECONFIG"] ?? "";
  if (variable === "") return { files: [join(homeFolder(), ".kube", "config")], byVariable: false };
  const named = variable.split(delimiter).filter((name) => name !== "");
  return { files: [...new Set(named)], byVariable: true };
}

/** Source: client-go, `homedir.HomeDir`: on Windows the first of these that has a kubeconfig. */
function homeFolder(): string {
  const { HOME = "", HOMEDRIVE = "", HOMEPATH = "", USERPROFILE = "" } = process.env;
  if (process.platform !== "win32") return HOME === "" ? homedir() : HOME;
  const folders = [HOME, HOMEPATH === "" ? "" : `${HOMEDRIVE}${HOMEPATH}`, USERPROFILE].filter(Boolean);
  return folders.find((folder) => existsSync(join(folder, ".kube", "config"))) ?? folders[0] ?? homedir();
}

/** @returns `undefined` where there is no such file */
function loadFile(file: string, name: string): KubeconfigFile | undefined {
  try {
    const text = readTextFileSync(file, { maxBytes: LIMITS.kubeconfigBytes });
    return parseKubeconfig(text, resolve(file));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    if (error instanceof Wrong) throw kubeconfigFailure(`${name}: ${error.message}`);
    throw kubeconfigFailure(`${name}: can't be read: ${reasonOf(error)}`);
  }
}

function merged(
  files: readonly KubeconfigFile[],
  about: Pick<Kubeconfig, "files" | "missing" | "byVariable">,
): Kubeconfig {
  const currentContext = files.find((one) => one.currentContext !== undefined)?.currentContext;
  return {
    ...about,
    ...(currentContext !== undefined && { currentContext }),
    contexts: firstOf(files.map(({ contexts }) => contexts)),
    clusters: firstOf(files.map(({ clusters }) => clusters)),
    users: firstOf(files.map(({ users }) => users)),
  };
}

function firstOf<T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> {
  // The last one that sets a key wins.
  return new Map(maps.toReversed().flatMap((map) => [...map]));
}
