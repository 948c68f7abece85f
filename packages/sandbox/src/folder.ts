import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { ClusterArn } from "irsa-model/arn.ts";
import { newControlToken } from "./aws/control.ts";
import { loadState, stateKeeper } from "./aws/state-file.ts";
import type { AwsState } from "./aws/state.ts";
import { keptControlToken } from "./control-token.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";
import type { KubernetesState } from "./kubernetes/state.ts";
import { reasonOf, SandboxError } from "./sandbox-error.ts";

/** Where a sandbox keeps its files: those that clients read, and, where the user named a folder, its state. */
export interface SandboxFolder {
  /** Absolute. */
  readonly path: string;
  /** What the control endpoint takes. */
  readonly controlToken: string;
  readonly loadAws: () => AwsState | undefined;
  readonly saveAws: (state: AwsState) => void;
  readonly loadCluster: (arn: ClusterArn) => KubernetesState | undefined;
  /** Saves a cluster's state soon, together with what follows closely; the state is read when it is written. */
  readonly saveClusterSoon: (arn: ClusterArn, state: KubernetesState) => void;
  /** The port of the AWS endpoint at the last start. */
  readonly lastPort: number | undefined;
  readonly savePort: (port: number) => void;
  /** Writes what is not yet written, and gives the folder free; a temporary one is removed. */
  readonly close: () => void;
}

interface Occupancy {
  readonly port?: number;
  readonly pid?: number;
}

const SOON_MILLISECONDS = 100;

/**
 * The folder of that name, made if need be.
 * @throws SandboxError `sandbox-in-use` when a running sandbox has it, `sandbox-folder` or `sandbox-state` when it can't be used
 */
export function openFolder(name: string): SandboxFolder {
  if (name === "") throw unusableFolder("", "the name is empty");
  const path = resolve(name);
  usable(path, () => makeFolder(path));
  const file = join(path, "sandbox.json");
  const { port: lastPort, pid } = (readJsonFile(file) ?? {}) as Occupancy;
  if (pid !== undefined && pid !== process.pid && isAlive(pid)) throw inUse(path, pid);
  const occupancy = (port: number | undefined) => (port === undefined ? {} : { port });
  let port = lastPort;
  const controlToken = usable(path, () => {
    writeJsonFile(file, { ...occupancy(port), pid: process.pid });
    return keptControlToken(path);
  });
  const unsaved = savingSoon();
  return {
    path,
    controlToken,
    loadAws: () => loadState(path),
    saveAws: stateKeeper(path),
    loadCluster: (arn) => readJsonFile(clusterFile(path, arn)) as KubernetesState | undefined,
    saveClusterSoon: (arn, state) => unsaved.add(clusterFile(path, arn), state),
    lastPort,
    savePort(now) {
      port = now;
      writeJsonFile(file, { port, pid: process.pid });
    },
    close() {
      try {
        unsaved.write();
      } finally {
        writeJsonFile(file, occupancy(port));
      }
    },
  };
}

/** Node's own way to make the folders above too never ends where the system says of a new one that it is not there (/proc). */
function makeFolder(path: string): void {
  // From the top: below a file nothing can be looked at.
  if (dirname(path) !== path) makeFolder(dirname(path));
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) mkdirSync(path, { mode: 0o700 });
  else if (!found.isDirectory()) throw new Error(`'${path}' is not a directory`);
}

/** What is done to the user's folder. @throws SandboxError `sandbox-folder` */
function usable<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof SandboxError && error.code !== "sandbox-state") throw error;
    throw unusableFolder(path, reasonOf(error));
  }
}

/** A temporary folder for what clients read; nothing else is kept. */
export function temporaryFolder(): SandboxFolder {
  const path = temporaryPath();
  return {
    path,
    controlToken: newControlToken(),
    loadAws: () => undefined,
    saveAws: () => undefined,
    loadCluster: () => undefined,
    saveClusterSoon: () => undefined,
    lastPort: undefined,
    savePort: () => undefined,
    close: () => rmSync(path, { recursive: true, force: true }),
  };
}

function temporaryPath(): string {
  const parent = tmpdir();
  try {
    return mkdtempSync(join(parent, "irsa-sandbox-"));
  } catch (error) {
    throw new SandboxError("temporary-folder", `can't create a directory in '${parent}': ${reasonOf(error)}`);
  }
}

/** Values to be written to their files before long. */
function savingSoon() {
  const waiting = new Map<string, unknown>();
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const [file, value] of waiting) {
      writeJsonFile(file, value);
      waiting.delete(file);
    }
  };
  /** What can't be written now waits for the next change, or for the end, where it is told. */
  const tryToWrite = (): void => {
    try {
      write();
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
    }
  };
  return {
    add(file: string, value: unknown): void {
      waiting.set(file, value);
      timer ??= setTimeout(tryToWrite, SOON_MILLISECONDS);
    },
    write,
  };
}

/** The colons and the slash of an ARN are not allowed in file names on every system. */
function clusterFile(folder: string, arn: ClusterArn): string {
  return join(folder, `${arn.replaceAll(/[:/]+/g, ".")}.json`);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function unusableFolder(path: string, why: string): SandboxError {
  return new SandboxError("sandbox-folder", `'${path}' can't be used: ${why}`);
}

function inUse(path: string, pid: number): SandboxError {
  return new SandboxError("sandbox-in-use", `'${path}' is used by a running sandbox`, [
    ["process", String(pid)],
  ]);
}
