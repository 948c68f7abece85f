import { isDeepStrictEqual } from "node:util";
import type { Watched, WatchedKind, WatchListener, WatchPort } from "../../src/kubernetes/port.ts";
import { Failure } from "../../src/model/failure.ts";
import type { KubernetesPort } from "../../src/kubernetes/port.ts";
import { unreachable } from "./calls.ts";
import type { ClusterState } from "./kubernetes.ts";

interface Watcher {
  readonly kind: WatchedKind;
  readonly listener: WatchListener<never>;
  /** What it has been told. */
  told: ReadonlyMap<string, unknown>;
  readonly end: (how: "ended" | Failure) => void;
}

/** Lists and watches of a world in memory. Watchers are told what is different when a test says so. */
export class WorldWatches implements WatchPort {
  readonly #state: ClusterState;
  readonly #summaries: KubernetesPort["listPodSummaries"];
  readonly #watchers = new Set<Watcher>();
  readonly #refusedWatches = new Map<WatchedKind, Failure>();
  #refusal: Failure | undefined;
  #isTooOld = false;
  /** The lists that were read and the watches that began, by kind. */
  readonly calls: string[] = [];

  constructor(state: ClusterState, summaries: KubernetesPort["listPodSummaries"]) {
    this.#state = state;
    this.#summaries = summaries;
  }

  /** Tells every watcher what has changed. */
  async deliver(): Promise<void> {
    for (const watcher of this.#watchers) {
      const now = await this.#objects(watcher.kind);
      const { changed, deleted } = watcher.listener as WatchListener<WatchedKind>;
      for (const [key, object] of now)
        if (!isDeepStrictEqual(watcher.told.get(key), object))
          changed({ key, object: structuredClone(object) });
      for (const key of watcher.told.keys()) if (!now.has(key)) deleted(key);
      watcher.told = structuredClone(now);
    }
  }

  /** Ends all watches, as a restart of the API server or a network does; of which nobody is told what happens meanwhile. */
  drop(): void {
    for (const { end } of this.#watchers) end("ended");
  }

  /** Tells all watchers that their version is too old. */
  expire(): void {
    for (const { end } of this.#watchers) end(tooOld());
  }

  /** Whether every version is too old for a watch, however new it is. */
  expireAll(isTooOld: boolean): void {
    this.#isTooOld = isTooOld;
    if (isTooOld) this.expire();
  }

  /** A kind can still be listed, but not watched; until there is no failure. */
  refuseWatch(kind: WatchedKind, failure: Failure | undefined): void {
    if (failure === undefined) this.#refusedWatches.delete(kind);
    else this.#refusedWatches.set(kind, failure);
  }

  /** Nothing is answered any more. */
  lose(failure: Failure = unreachable()): void {
    this.#refusal = failure;
    this.drop();
  }

  /** All is answered again. */
  restore(): void {
    this.#refusal = undefined;
  }

  async listForWatch<Kind extends WatchedKind>(kind: Kind) {
    if (this.#refusal !== undefined) throw this.#refusal;
    this.calls.push(`list ${kind}`);
    const objects = [...(await this.#objects(kind))].map(([key, object]) => ({
      key,
      object: structuredClone(object),
    }));
    this.#lists.set(kind, new Map(objects.map(({ key, object }) => [key, object])));
    return { objects, version: "1" };
  }

  readonly #lists = new Map<WatchedKind, ReadonlyMap<string, unknown>>();

  async watch<Kind extends WatchedKind>(
    kind: Kind,
    version: string,
    listener: WatchListener<Kind>,
    signal: AbortSignal,
  ): Promise<string> {
    await Promise.resolve();
    if (this.#refusal !== undefined) throw this.#refusal;
    const refused = this.#refusedWatches.get(kind);
    if (refused !== undefined) throw refused;
    this.calls.push(`watch ${kind}`);
    listener.heard();
    if (this.#isTooOld) throw tooOld();
    return new Promise((resolve, reject) => {
      const watcher: Watcher = {
        kind,
        listener,
        told: this.#lists.get(kind) ?? new Map(),
        end: (how) => {
          this.#watchers.delete(watcher);
          signal.removeEventListener("abort", stop);
          // What it has been told is what the next one begins with.
          this.#lists.set(kind, watcher.told);
          if (how === "ended") resolve(version);
          else reject(how);
        },
      };
      const stop = (): void => watcher.end("ended");
      this.#watchers.add(watcher);
      signal.addEventListener("abort", stop);
    });
  }

  async #objects<Kind extends WatchedKind>(kind: Kind): Promise<ReadonlyMap<string, Watched[Kind]>> {
    const all = (await this.#all())[kind] as readonly (readonly [string, Watched[Kind]])[];
    return new Map(all);
  }

  async #all(): Promise<{ readonly [Kind in WatchedKind]: readonly (readonly [string, Watched[Kind]])[] }> {
    const { serviceAccounts, pods, nodes, providerIds, namespaces, labels, webhook } = this.#state;
    const summaries = await this.#summaries(undefined);
    return {
      serviceAccounts: [...serviceAccounts],
      pods: pods.flatMap((pod, at) => {
        const summary = summaries[at];
        return summary === undefined ? [] : [[`${pod.namespace}/${pod.name}`, { pod, summary }] as const];
      }),
      nodes: [...nodes].map(([name, labels]) => {
        const providerId = providerIds.get(name);
        return [name, { name, labels, ...(providerId !== undefined && { providerId }) }];
      }),
      namespaces: [...namespaces].map((name) => [
        name,
        { name, labels: { "kubernetes.io/metadata.name": name, ...labels.get(name) } },
      ]),
      webhooks: webhook === undefined ? [] : [[webhook.name, webhook]],
    };
  }
}

function tooOld(): Failure {
  return new Failure("failed", "watch-expired", "too old");
}
