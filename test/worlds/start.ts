import type { World } from "./world.ts";

/** The world that the running vitest project names: `e2e` has the real parts, `sandbox` the embedded ones. */
export async function startWorld(): Promise<World> {
  return (await import("./real-world.ts")).startRealWorld();
}
