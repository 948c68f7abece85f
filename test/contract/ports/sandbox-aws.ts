import type { JSONWebKeySet } from "jose";
import { createUser, startAwsEmulation, StateStore, type AccessKey } from "irsa-sandbox/parts";
import { aCluster } from "../../fakes/values.ts";

/** The sandbox's AWS with nothing in it, and how an SDK client reaches it. */
export interface SandboxAws {
  readonly store: StateStore;
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: AccessKey;
    readonly maxAttempts: 1;
  };
  readonly stop: () => Promise<void>;
}

/** The cluster whose AWS account and region both sides are in. */
export const CLUSTER = aCluster();

/** Starts it. @param jwks the keys of the cluster's issuer */
export async function startSandboxAws(jwks?: JSONWebKeySet): Promise<SandboxAws> {
  const store = new StateStore();
  const credentials = createUser({ store, awsAccount: CLUSTER.awsAccount }, "ci");
  const emulation = await startAwsEmulation({
    store,
    jwks: async (issuer) => (issuer === CLUSTER.issuer ? jwks : undefined),
  });
  return {
    store,
    client: { endpoint: emulation.url, region: CLUSTER.region, credentials, maxAttempts: 1 },
    stop: emulation.stop,
  };
}
