import type { World } from "../fakes/world.ts";
import { manifestOf } from "../fakes/pods.ts";
import { clearPods, podOf } from "./healthy.ts";

/** What a rollout leaves: the Deployment's pod, made again. */
export function admitAnew(world: World): void {
  clearPods(world);
  world.withPod(podOf(world, manifestOf("cart")));
}
