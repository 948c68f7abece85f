import type { World } from "../fakes/world.ts";
import { manifestOf } from "../fakes/pods.ts";
import { podOf } from "./healthy.ts";

/** What a rollout leaves: the Deployment's pod, made again. */
export function admitAnew(world: World): void {
  world.api.pods.length = 0;
  world.withPod(podOf(world, manifestOf("cart")));
}
