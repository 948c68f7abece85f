import { desiredOf } from "../../src/config/desired.ts";
import { Problems } from "../../src/model/problems.ts";
import { observeServiceAccounts } from "../../src/service-account/fleet/observe.ts";
import { planServiceAccounts, type FleetPlan } from "../../src/service-account/fleet/plan.ts";
import type { World } from "../fakes/world.ts";
import { read } from "./read.ts";

/** What `irsa plan` makes of a file in a world. */
export async function planOf(
  text: string,
  world: World,
  {
    addTrust = false,
    overrideEngine = false,
  }: { readonly addTrust?: boolean; readonly overrideEngine?: boolean } = {},
): Promise<FleetPlan> {
  const { aws, cluster, kubernetes } = world;
  const file = read(text);
  const problems = new Problems();
  const terms = {
    adopt: false,
    associate: file.withOidc,
    addTrust,
    overrideEngine,
    clusterFlags: [],
    allowDefaultServiceAccount: false,
    allowAdministrator: false,
    prefix: "",
  };
  const desires = file.serviceAccounts.map((serviceAccount) =>
    desiredOf(serviceAccount, cluster, terms, problems),
  );
  problems.throwIfAny();
  const observed = await observeServiceAccounts(desires, cluster, { aws, kubernetes }, () => undefined);
  return planServiceAccounts(observed, { associate: file.withOidc, keep: () => true, pruned: [] });
}
