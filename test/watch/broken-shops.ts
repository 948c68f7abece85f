import { copyInto } from "../fakes/copy.ts";
import type { World } from "../fakes/world.ts";
import { associatedShop } from "../verification/associated.ts";
import type { BrokenWorld } from "../verification/broken-worlds/broken-world.ts";
import { OUR_WORLDS } from "../verification/broken-worlds/ours.ts";
import { ASSOCIATED_WORLDS } from "../verification/broken-worlds/pod-identity.ts";
import { POD_WORLDS, WEBHOOK_WORLDS, WORKLOAD_WORLDS } from "../verification/broken-worlds/pods.ts";
import { PROVIDER_WORLDS } from "../verification/broken-worlds/provider.ts";
import { ROLE_WORLDS } from "../verification/broken-worlds/role.ts";
import { SERVICE_ACCOUNT_WORLDS } from "../verification/broken-worlds/service-account.ts";
import { STS_WORLDS } from "../verification/broken-worlds/sts.ts";
import { TRUST_WORLDS } from "../verification/broken-worlds/trust-policy.ts";
import { aShop, CART, ourShop } from "../verification/healthy.ts";

/** What can break in the shop and be told of its ServiceAccount `shop/cart`. */
export const WORLDS: readonly BrokenWorld[] = [
  ...PROVIDER_WORLDS,
  ...SERVICE_ACCOUNT_WORLDS,
  ...ROLE_WORLDS,
  ...TRUST_WORLDS,
  ...WEBHOOK_WORLDS,
  ...WORKLOAD_WORLDS,
  ...POD_WORLDS,
  ...STS_WORLDS,
  ...OUR_WORLDS,
  ...ASSOCIATED_WORLDS,
  // A watch is of one cluster, and of ServiceAccounts.
].filter(({ cluster, described, subject = CART }) => !cluster && !described && subject === CART);

/** The shop that a world breaks, as long as it is whole. */
export function build({ way, role }: Pick<BrokenWorld, "way" | "role">): World {
  if (way === "pod-identity") return associatedShop();
  return role === "ours" ? ourShop() : aShop();
}

/** Makes a world what another one is. */
export function become(world: World, other: World): void {
  const copy = other.copy();
  copyInto(world.iam, copy.iam);
  copyInto(world.api, { ...copy.api, podIdentity: world.api.podIdentity });
  for (const key of Object.keys(world.decree))
    if (!(key in copy.decree)) Reflect.deleteProperty(world.decree, key);
  copyInto(world.decree, copy.decree);
  copyInto(world.ec2, copy.ec2);
  for (const [own, from] of [
    [world.associations, copy.associations],
    [world.associationFacts, copy.associationFacts],
    [world.addons, copy.addons],
  ] as const) {
    own.clear();
    for (const [key, value] of from) (own as Map<string, unknown>).set(key, value);
  }
}
