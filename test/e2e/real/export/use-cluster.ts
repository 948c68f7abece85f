import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, vi } from "vitest";
import type { ExportModel } from "../../../../src/export/model.ts";
import type { CustomResourceDefinition } from "../../../worlds/crds/definition.ts";
import { openKubectl, type Ended, type Kubectl } from "../../../worlds/kubectl.ts";
import { buildKubeconform } from "../../../worlds/kubeconform/build.ts";
import { schemaLocation, writeSchemas } from "../../../worlds/kubeconform/schemas.ts";
import { PATIENCE } from "../../../worlds/patience.ts";
import { openReaders, runProgram, type Readers } from "../../../worlds/readers/readers.ts";
import { startRealWorld } from "../../../worlds/real-world.ts";
import type { World } from "../../../worlds/world.ts";
import { clusterOf } from "../../cluster.ts";
import { irsa, type Run } from "../../irsa.ts";
import type { KubernetesItem } from "./create-in-aws.ts";
import { clusterConfig } from "./file.ts";

/** The real control plane with an engine's definitions, beside moto; and a file to export. */
export interface ExportCluster {
  readonly world: World;
  readonly readers: Readers;
  readonly kubectl: Kubectl;
  /** A file with both ways. */
  readonly file: string;
  /** Runs kubectl, which must end well; gives what it printed. */
  readonly succeeds: (args: readonly string[], input?: string) => Promise<string>;
  /** Runs the built command line as the administrator. */
  readonly run: (...words: string[]) => Promise<Run>;
  /** What `irsa export` prints, which must end well. */
  readonly exported: (...words: string[]) => Promise<string>;
  /** What kubeconform finds with the API server's own schemas, which it reads from files. */
  readonly conforms: (text: string) => Promise<Ended>;
}

/**
 * Starts it before the tests of a file.
 * @param namespaces that are to exist
 */
export function useExportCluster(
  definitions: readonly CustomResourceDefinition[],
  namespaces: readonly string[],
): () => ExportCluster {
  let cluster: ExportCluster;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "irsa-export-"));
    closing.push(async () => rm(folder, { recursive: true }));
    const [readers, world, kubeconform] = await Promise.all([
      openReaders(),
      startRealWorld(),
      buildKubeconform(),
    ]);
    closing.push(world.stop);
    const { kubectl, close } = await openKubectl(world.adminKubeconfig);
    closing.push(close);
    const file = join(folder, "cluster.yaml");
    await writeFile(file, clusterConfig(world.aws.region));
    const run = (...words: string[]) => irsa(words, world.environmentOf("admin"));
    const location = ["-strict", "-schema-location", schemaLocation(folder)];
    cluster = {
      world,
      readers,
      kubectl,
      file,
      run,
      succeeds: async (args, input) => {
        const ended = await kubectl(args, input);
        expect(ended, args.join(" ")).toMatchObject({ code: 0 });
        return ended.stdout;
      },
      exported: async (...words) => {
        const { code, stdout, stderr } = await run("export", ...words);
        expect(code, stderr).toBe(0);
        return stdout;
      },
      conforms: (text) => runProgram(kubeconform, [...location, "-"], text),
    };
    const made = namespaces.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
    const objects = [...definitions, ...made].map((one) => JSON.stringify(one));
    await clusterOf(world).apply(objects.join("\n---\n"));
    await vi.waitFor(() => writeSchemas(kubectl, folder, definitions), PATIENCE);
  });
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });
  return () => cluster;
}

/** The part of a model that has these kinds. */
export function only(model: ExportModel, kinds: readonly string[]): ExportModel {
  return { ...model, resources: model.resources.filter(({ kind }) => kinds.includes(kind)) };
}

/** The order of texts. */
export const compared = (one: string, other: string): number => (one < other ? -1 : 1);

/** The objects that `kubectl create -o json` prints one after another. */
export function objectsIn(printed: string): readonly KubernetesItem<object>[] {
  return JSON.parse(`[${printed.replaceAll("\n}\n{", "\n},\n{")}]`);
}
