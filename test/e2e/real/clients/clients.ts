import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { installAwsCli } from "../../../worlds/aws-cli/install.ts";
import { findKubectl } from "../../../worlds/control-plane/binaries.ts";
import { PATIENCE } from "../../../worlds/patience.ts";
import { openNursery, type Nursery } from "../../../worlds/process.ts";
import { startSandboxWorld } from "../../../worlds/sandbox-world.ts";
import type { World } from "../../../worlds/world.ts";

/** How a run of a client ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a client with these arguments; never rejects on an exit code. */
export type Client = (
  args: readonly string[],
  environment?: Readonly<Record<string, string | undefined>>,
) => Promise<Ended>;

/** The embedded world, and others' clients in its environment; theirs is the administrator's kubeconfig. */
export interface Clients {
  readonly world: World;
  /** A folder of their own. */
  readonly folder: string;
  readonly kubectl: Client;
  readonly aws: Client;
}

/** Starts the embedded world before the tests of a file, with kubectl and the aws CLI to be driven against it. */
export function useClients(): () => Clients {
  let nursery: Nursery;
  let clients: Clients;
  beforeAll(async () => {
    nursery = await openNursery(0);
    const [kubectl, ...leading] = await findKubectl(nursery);
    const bin = await installAwsCli(nursery);
    const world = await startSandboxWorld();
    const admin = world.environmentOf("admin");
    const environment = {
      ...admin,
      PATH: [bin, admin["PATH"]].join(delimiter),
      KUBECONFIG: world.adminKubeconfig,
    };
    clients = {
      world,
      folder: nursery.folder,
      kubectl: (args, more) => run(kubectl, [...leading, ...args], { ...environment, ...more }),
      aws: (args, more) => run(join(bin, "aws"), args, { ...environment, ...more }),
    };
  });
  afterAll(async () => {
    await clients.world.stop();
    await nursery.close();
  });
  return () => clients;
}

function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: PATIENCE.timeout }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** A command line of words; what has spaces in it comes after them. */
export function words(text: string, ...more: readonly string[]): readonly string[] {
  return [...text.split(" "), ...more];
}

/** Output that has this in it. */
export function said(pattern: string | RegExp): unknown {
  return typeof pattern === "string" ? expect.stringContaining(pattern) : expect.stringMatching(pattern);
}

/** Runs a client, which must end well and say that. */
export async function succeeds(
  client: Client,
  args: readonly string[],
  stdout: string | RegExp,
): Promise<void> {
  expect(await client(args), args.join(" ")).toMatchObject({ code: 0, stdout: said(stdout) });
}
