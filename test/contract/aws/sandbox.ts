import { StateStore, declareCluster, startAwsEmulation, type AwsEmulation } from "irsa-sandbox/parts";
import { worldKeys } from "../../worlds/aws-assembly.ts";
import { ISSUER, makeTokens } from "./tokens.ts";
import type { ContractWorld } from "./world.ts";

const PLACE = { awsAccount: "111122223333", region: "eu-west-1" };

/** Our emulation; every account is one of its own. */
export async function startSandboxContract(): Promise<ContractWorld> {
  const tokens = await makeTokens();
  let emulation: AwsEmulation | undefined;
  return {
    name: "sandbox",
    tokens,
    async empty(clusters) {
      await emulation?.stop();
      const store = new StateStore();
      const keys = worldKeys(PLACE.awsAccount);
      for (const key of Object.values(keys)) store.add(key);
      for (const name of clusters) {
        declareCluster(
          { ...PLACE, store },
          { name, issuer: ISSUER, endpoint: "https://127.0.0.1:6443", caPem: "PEM" },
        );
      }
      emulation = await startAwsEmulation({
        store,
        jwks: async (issuer) => (issuer === ISSUER ? tokens.jwks : undefined),
      });
      return { ...PLACE, keys, url: emulation.url };
    },
    stop: async () => emulation?.stop(),
  };
}
