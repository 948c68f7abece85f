import { expect } from "vitest";
import { manifestOf } from "../fakes/pods.ts";
import type { World } from "../fakes/world.ts";
import { associatedShop } from "../verification/associated.ts";
import { run, verified } from "../verification/healthy.ts";
import { attack } from "./attack.ts";

/** A pod of a tenant's that names an agent of its own. */
function withAgentAt(uri: string): World {
  const env = [
    { name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", value: uri },
    { name: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", value: "/var/run/token" },
    { name: "HTTP_PROXY", value: "http://proxy:3128" },
  ];
  const world = run(associatedShop(), manifestOf("cart", { containers: [{ name: "app", env }] }));
  // Without a dry-run pod, the pods that run are all there is to go by.
  world.log.deny("kubernetes.tryPod");
  return world;
}

for (const uri of [
  "http://127.0.0.1:9911/credentials",
  "http://169.254.170.23.evil.example/v1/credentials",
  "::::",
  "",
]) {
  attack("cluster tenant", `a pod takes the address that it presets for the agent's: '${uri}'`, {
    attack: async () => {
      const report = await verified(withAgentAt(uri));
      const codes = report.links.flatMap(({ findings }) => findings.map(({ code }) => code));
      expect(codes).toContain("agent-variable-preset");
      expect(report.verdict).toBe("broken");
    },
    twin: async () => {
      const world = associatedShop();
      world.log.deny("kubernetes.tryPod");
      expect(await verified(world)).toMatchObject({ way: "pod-identity", verdict: "works" });
    },
  });
}

attack("cluster tenant", "a token of another ServiceAccount's pod is exchanged for the role", {
  attack: async () => {
    const world = associatedShop();
    // The pod's name is the tenant's to choose, the ServiceAccount that it runs with is what counts.
    const [pod] = world.api.pods;
    if (pod !== undefined) world.api.pods[0] = { ...pod, serviceAccountName: "other" };
    await verified(world);
    const asked = world.log.calls.filter(({ name }) => name === "kubernetes.requestToken");
    expect(asked).toEqual([]);
    expect(world.log.calls.map(({ name }) => name)).not.toContain("eksAuth.assumeRoleForPodIdentity");
  },
  twin: async () => {
    const world = associatedShop();
    await verified(world);
    expect(world.log.calls.map(({ name }) => name)).toContain("eksAuth.assumeRoleForPodIdentity");
  },
});
