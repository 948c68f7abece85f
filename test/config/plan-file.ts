import { desiredOf } from "../../src/config/desired.ts";
import { Problems } from "../../src/model/problems.ts";
import { observeAccounts } from "../../src/service-account/observe-many.ts";
import { planAccounts, type FleetPlan } from "../../src/service-account/plan-many.ts";
import type { World } from "../fakes/world.ts";
import { read } from "./read.ts";

/** What `irsa plan` makes of a file in a world. */
export async function planOf(
  text: string,
  world: World,
  { addTrust = false }: { readonly addTrust?: boolean } = {},
): Promise<FleetPlan> {
  const { aws, cluster, kubernetes } = world;
  const file = read(text);
  const problems = new Problems();
  const terms = {
    adopt: false,
    associate: file.withOidc,
    addTrust,
    reach: [],
    allowDefaultAccount: false,
    allowAdministrator: false,
    prefix: "",
  };
  const desires = file.accounts.map((account) => desiredOf(account, cluster, terms, problems));
  problems.throwIfAny();
  const observed = await observeAccounts(desires, cluster, { aws, kubernetes }, () => undefined);
  return planAccounts(observed, { associate: file.withOidc, keep: () => true, pruned: [] });
}
