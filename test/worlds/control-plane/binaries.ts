import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { downloading } from "../go-program.ts";
import { finish, type Nursery } from "../process.ts";

/** How each component is called. */
export interface Binaries {
  readonly etcd: Invocation;
  readonly apiServer: Invocation;
  readonly controllerManager: Invocation;
  readonly scheduler: Invocation;
  readonly kwok: Invocation;
}

/** A program's path and its first arguments. */
export type Invocation = readonly [program: string, ...leading: string[]];

const BUILD = fileURLToPath(new URL("build.sh", import.meta.url));
const BUILD_SECONDS = 3600;
const API_PROGRAMS = ["etcd", "kube-apiserver"];
const WORKLOAD_PROGRAMS = ["kube-controller-manager", "kube-scheduler", "kwok"];

/**
 * The binaries in the folder that KUBEBUILDER_ASSETS names (envtest's convention; each may also be in PATH), or
 * else those of our own build, which takes minutes the first time. Without `workloads` only the API server's
 * are looked for.
 * @throws Error naming the binaries that are missing, or with the build's output.
 */
export async function findBinaries(nursery: Nursery, workloads: boolean): Promise<Binaries> {
  const assets = process.env["KUBEBUILDER_ASSETS"] ?? "";
  return assets === "" ? buildBinaries(nursery) : findAssets(assets, workloads);
}

/** kubectl, from where the other binaries are. @throws Error as findBinaries does. */
export async function findKubectl(nursery: Nursery): Promise<Invocation> {
  const assets = process.env["KUBEBUILDER_ASSETS"] ?? "";
  if (assets === "") return [join(await buildFolder(nursery), "control-plane"), "kubectl"];
  const paths = await requireExecutables(assets, ["kubectl"]);
  return [paths.get("kubectl") ?? "kubectl"];
}

async function buildBinaries(nursery: Nursery): Promise<Binaries> {
  const folder = await buildFolder(nursery);
  const controlPlane = join(folder, "control-plane");
  return {
    etcd: [controlPlane, "etcd"],
    apiServer: [controlPlane, "api-server"],
    controllerManager: [controlPlane, "controller-manager"],
    scheduler: [controlPlane, "scheduler"],
    kwok: [join(folder, "kwok")],
  };
}

async function buildFolder(nursery: Nursery): Promise<string> {
  // Go has its caches, proxies and settings in the environment, so the build gets all of it.
  const build = { program: BUILD, arguments: [], environment: process.env, showErrors: true };
  return (await downloading(() => finish(nursery.start(build), BUILD_SECONDS))).trim();
}

async function findAssets(assets: string, workloads: boolean): Promise<Binaries> {
  const programs = workloads ? [...API_PROGRAMS, ...WORKLOAD_PROGRAMS] : API_PROGRAMS;
  const paths = await requireExecutables(assets, programs);
  const invoke = (program: string): Invocation => [paths.get(program) ?? program];
  return {
    etcd: invoke("etcd"),
    apiServer: invoke("kube-apiserver"),
    controllerManager: invoke("kube-controller-manager"),
    scheduler: invoke("kube-scheduler"),
    kwok: invoke("kwok"),
  };
}

async function requireExecutables(
  assets: string,
  programs: readonly string[],
): Promise<ReadonlyMap<string, string | undefined>> {
  const folders = [assets, ...(process.env["PATH"] ?? "").split(delimiter)];
  const paths = new Map<string, string | undefined>();
  for (const program of programs) paths.set(program, await findExecutable(program, folders));
  const missing = programs.filter((program) => paths.get(program) === undefined);
  if (missing.length > 0) {
    throw new Error(`neither in KUBEBUILDER_ASSETS (${assets}) nor in PATH: ${missing.join(", ")}`);
  }
  return paths;
}

async function findExecutable(program: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, program);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
