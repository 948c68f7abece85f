import { expect } from "vitest";
import { roleRef } from "../../src/model/arn.ts";
import { aPod, manifestOf } from "../fakes/pods.ts";
import type { World } from "../fakes/world.ts";
import { associatedShop, targetingShop, withoutAgent } from "../verification/associated.ts";
import { NODE, ROLE, run, verified } from "../verification/healthy.ts";
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

/** Pods that run without the agent, and a tenant's pod on their node with its label. */
function withForgedAgent(ready: boolean): World {
  const world = associatedShop();
  withoutAgent(world);
  const labels = { "app.kubernetes.io/name": "eks-pod-identity-agent" };
  const workload = "daemonset/eks-pod-identity-agent";
  return world.withPod(
    aPod("tenant/agent", manifestOf("default", {}, { labels }), { workload, node: NODE, ready }),
  );
}

attack("cluster tenant", "a pod labeled like the agent's makes pods without the agent work", {
  attack: async () => {
    for (const ready of [true, false])
      for (const subject of ["sa/shop/cart", "deploy/shop/cart", "pod/shop/cart-5d9c-x1"]) {
        const report = await verified(withForgedAgent(ready), subject);
        const agent = report.links.find(({ link }) => link === "agent");
        expect([report.verdict, agent?.status]).toEqual(["unproven", "UNKNOWN"]);
        expect(agent?.message).toContain("tenant");
      }
  },
  twin: async () => expect((await verified(associatedShop())).verdict).toBe("works"),
});

attack(
  "cluster tenant",
  "the same while the cluster builds the agent into its nodes, but not into the pods' one",
  {
    attack: async () => {
      const world = withForgedAgent(true);
      Object.assign(world.cluster, { autoMode: true });
      expect((await verified(world)).verdict).toBe("unproven");
    },
    twin: async () => {
      const world = withForgedAgent(false);
      Object.assign(world.cluster, { autoMode: true });
      world.api.nodes.set(NODE, { "eks.amazonaws.com/compute-type": "auto" });
      // Nor does a tenant's pod that is not ready break what works.
      expect((await verified(world)).verdict).toBe("works");
    },
  },
);

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

/** What EKS Auth answers by an earlier state of the association. */
function stillGiving(world: World, role: string): Partial<Parameters<typeof verified>[2]> {
  const assumedRoleArn = `arn:aws:sts::${world.cluster.awsAccount}:assumed-role/${role}/eks-1`;
  const eksAuth = {
    assumeRoleForPodIdentity: async () =>
      Promise.resolve({ accepted: true, assumedRoleArn, associationId: "a-1" } as const),
  };
  return { aws: { ...world.aws, eksAuth } };
}

const NAME = roleRef(ROLE).name;

attack("other IAM user", "a role that an association had before vouches for the one that it has now", {
  attack: async () => {
    const unchanged = associatedShop();
    expect((await verified(unchanged, "shop/cart", stillGiving(unchanged, "former"))).verdict).toBe(
      "unproven",
    );
    const gone = associatedShop();
    gone.iam.roles.clear();
    expect((await verified(gone, "shop/cart", stillGiving(gone, "former"))).verdict).toBe("broken");
    const targeted = targetingShop();
    expect((await verified(targeted, "shop/cart", stillGiving(targeted, NAME))).verdict).toBe("unproven");
  },
  twin: async () => {
    for (const world of [associatedShop(), targetingShop()])
      expect((await verified(world)).links.find(({ link }) => link === "exchange")?.status).toBe("PASS");
    const world = associatedShop();
    expect((await verified(world, "shop/cart", stillGiving(world, NAME))).verdict).toBe("works");
  },
});
