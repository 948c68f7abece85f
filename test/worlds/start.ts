import type { StrangerCluster, World } from "./world.ts";

/** The world that the running vitest project names: `e2e` has the real parts, `sandbox` the embedded ones. */
export async function startWorld(): Promise<World> {
  if (isEmbedded()) return (await import("./sandbox-world.ts")).startSandboxWorld();
  return (await import("./real-world.ts")).startRealWorld();
}

/** A cluster of that issuer which is not the world's. */
export async function startStranger(issuer: string): Promise<StrangerCluster> {
  if (isEmbedded()) return (await import("./sandbox-world.ts")).startEmbeddedStranger(issuer);
  return (await import("./control-plane/control-plane.ts")).startControlPlane({ workloads: false, issuer });
}

/** True if the running vitest project has the embedded parts. */
export function isEmbedded(): boolean {
  return process.env["IRSA_TEST_WORLD"] === "sandbox";
}
