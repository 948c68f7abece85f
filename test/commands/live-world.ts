import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, vi } from "vitest";
import { refresh } from "../../src/commands/completion/live/refresh.ts";
import { printValues } from "../../src/commands/completion/live/values.ts";
import type { Dataset, LiveKind } from "../../src/commands/completion/live/kinds.ts";
import { readPlace, type ReadPlace } from "../../src/commands/completion/live/place.ts";
import type { CommandContext } from "../../src/commands/command-context.ts";
import { typedFlags } from "../../src/commands/completion/live/typed-line.ts";
import type { Network } from "../../src/commands/shared/session/network.ts";
import { networkOf } from "../fakes/command-line.ts";
import { listeningContext } from "../fakes/terminal.ts";
import type { World } from "../fakes/world.ts";

/** Where caches are, and the folder of irsa's in it. */
interface CacheHome {
  readonly home: string;
  readonly folder: string;
}

/** Gives each test of the file a cache of its own. */
export function useCacheHome(told: (made: CacheHome) => void): void {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "irsa-cache-"));
    vi.stubEnv("XDG_CACHE_HOME", home);
    told({ home, folder: join(home, "irsa", "completion") });
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true, force: true });
  });
}

/** Names that the APIs answer with, whatever names can be there. */
export interface Names {
  readonly clusters?: readonly string[];
  readonly serviceAccounts?: readonly string[];
  readonly roles?: readonly string[];
}

/** The network of a world whose APIs list these names. */
export function listing(world: World, { clusters, serviceAccounts, roles }: Names): Network {
  const network = networkOf(world);
  return {
    async connectAws(choice) {
      const aws = await network.connectAws(choice);
      const { eks, iam } = aws;
      return {
        ...aws,
        ...(clusters !== undefined && { eks: { ...eks, listClusters: async () => clusters } }),
        ...(roles !== undefined && {
          iam: { ...iam, listRoles: async () => roles.map((arn) => ({ arn })) as never },
        }),
      };
    },
    async connectKubernetes(reach) {
      const connection = await network.connectKubernetes(reach);
      if (serviceAccounts === undefined) return connection;
      const found = serviceAccounts.map((path) => {
        const [namespace, ...name] = path.split("/");
        return { ref: { namespace, name: name.join("/") } };
      });
      return { ...connection, api: { ...connection.api, listServiceAccounts: async () => found as never } };
    },
  };
}

/** Reads names into the cache, as the process in the background does. */
export async function refreshed(
  dataset: Dataset,
  place: ReadPlace,
  network: Network,
  { now, ...more }: Partial<CommandContext> & { readonly now?: number } = {},
): Promise<readonly string[]> {
  const { context, heard } = listeningContext();
  await refresh(dataset, place, { ...context, network, ...more }, now);
  return [...heard.out, ...heard.err];
}

/** What a Tab prints, and the reads that it begins. */
export async function completed(
  kind: LiveKind,
  line: string,
  { typed = "", now }: { readonly typed?: string; readonly now?: number } = {},
): Promise<{ readonly values: readonly string[]; readonly begun: readonly (readonly string[])[] }> {
  const { context, heard } = listeningContext();
  const begun: (readonly string[])[] = [];
  const words = line.split(" ").filter((word) => word !== "");
  await printValues({ kind, typed, words }, context.terminal, (args) => void begun.push(args), now);
  if (heard.err.length > 0) throw new Error(`said ${heard.err.join("\n")}`);
  return { values: heard.out, begun };
}

/** Where a command line reads. */
export function placeOfLine(dataset: Dataset, line: string): ReadPlace {
  return readPlace(dataset, typedFlags(line.split(" ")));
}
