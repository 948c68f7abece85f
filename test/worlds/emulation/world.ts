import { StateStore, declareCluster, startAwsEmulation } from "irsa-sandbox/parts";
import { assembleAwsWorld, worldKeys, type AwsWorldOptions } from "../aws-assembly.ts";
import type { AwsWorld, ClusterFacts } from "../aws-world.ts";
import { openNursery } from "../process.ts";

/** What an emulated world can do beyond the others. */
export interface EmulatedAwsWorld extends AwsWorld {
  /** All that this AWS remembers. */
  readonly store: StateStore;
}

/** Starts our own emulation as a test's AWS; Node is all that it needs. */
export async function startEmulatedWorld(options: AwsWorldOptions = {}): Promise<EmulatedAwsWorld> {
  const { awsAccount = "111122223333", region = "eu-west-1" } = options;
  const nursery = await openNursery(0);
  const store = new StateStore();
  const keys = worldKeys(awsAccount);
  for (const key of Object.values(keys)) store.add(key);
  const clusters = new Map<string, ClusterFacts>();
  const emulation = await startAwsEmulation({
    store,
    jwks: async (issuer) => [...clusters.values()].find((facts) => facts.issuer === issuer)?.jwks?.(),
    observers: new Set([keys.observer.accessKeyId]),
  });
  const declare = (name: string, { jwks: _kept, ...facts }: ClusterFacts) => {
    declareCluster({ store, awsAccount, region }, { name, ...facts });
  };
  const world = await assembleAwsWorld({
    awsAccount,
    region,
    keys,
    keyRing: store.find,
    gateway: emulation,
    folder: nursery.folder,
    clusters,
    faults: emulation.faults,
    recorder: emulation.recorder,
    createCluster: async (name, facts) => declare(name, facts),
    updateCluster: declare,
    stop: () => nursery.close(),
  });
  return { ...world, store };
}
