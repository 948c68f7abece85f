import { CreateClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { Faults, KeyStore, Recorder, authenticated, newControlToken, startGateway } from "irsa-sandbox/parts";
import { worldKeys } from "../../worlds/aws-assembly.ts";
import { forwardTo } from "../../worlds/moto/forward.ts";
import { startMoto } from "../../worlds/moto/server.ts";
import { openNursery } from "../../worlds/process.ts";
import { makeTokens } from "./tokens.ts";
import type { ContractWorld } from "./world.ts";

const PLACE = { awsAccount: "111122223333", region: "eu-west-1" };

/**
 * moto itself: behind our gateway, which checks signatures, but without what the tests' world corrects.
 * @throws Error when Python is missing, or moto can't be installed or started.
 */
export async function startMotoContract(): Promise<ContractWorld> {
  const nursery = await openNursery(0);
  const motoUrl = await startMoto(nursery, PLACE.awsAccount);
  const keys = worldKeys(PLACE.awsAccount);
  const store = new KeyStore(Object.values(keys));
  const gateway = await startGateway({
    controlToken: newControlToken(),
    backend: authenticated(store.find, forwardTo(motoUrl)),
    faults: new Faults(),
    recorder: new Recorder(),
    keys: store.find,
  });
  const eks = new EKSClient({ endpoint: gateway.url, region: PLACE.region, credentials: keys.admin });
  return {
    name: "moto",
    tokens: await makeTokens(),
    async empty(clusters) {
      await fetch(`${motoUrl}/moto-api/reset`, { method: "POST" });
      for (const name of clusters) {
        const roleArn = `arn:aws:iam::${PLACE.awsAccount}:role/cluster`;
        await eks.send(new CreateClusterCommand({ name, roleArn, resourcesVpcConfig: {} }));
      }
      return { ...PLACE, keys, url: gateway.url };
    },
    async stop() {
      eks.destroy();
      await Promise.all([gateway.stop(), nursery.close()]);
    },
  };
}
