import { expect } from "vitest";
import { ROLE_ANNOTATION, type Rollout } from "../../src/model/kubernetes-objects.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { runIn } from "../fakes/command-line.ts";
import { AGENT_NODE, strandedPods, withAgent, withIrsa } from "../fakes/moving-world.ts";
import { aPod, manifestOf } from "../fakes/pods.ts";
import { aServiceAccount, EC2, ownRole } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const LINE = "migrate-pod-identity --all --cluster eks-work-cluster --region ap-northeast-2 --approve";
const CART = aServiceAccount("shop/cart");

function honest(): World {
  return withIrsa(withAgent(aWorld().withProvider()), "shop/cart");
}

const twin = async (): Promise<void> => {
  const world = honest();
  const { heard } = await runIn(world, LINE);
  expect([heard.code, [...world.associations.keys()]]).toEqual([0, ["shop/cart"]]);
};

attack(
  "cluster tenant",
  "H2 variant: an annotation with another ServiceAccount's role, in wait for migrate-pod-identity --all",
  {
    attack: async () => {
      const world = honest();
      world.withServiceAccount("tenant/mallory", {
        annotations: { [ROLE_ANNOTATION]: world.roleOf({ serviceAccount: CART }) },
      });
      await runIn(world, LINE);
      expect([...world.associations.keys()]).toEqual(["shop/cart"]);
      const { trust } = world.role(world.roleOf({ serviceAccount: CART })).role;
      expect(JSON.stringify(trust)).not.toContain("mallory");
    },
    twin,
  },
);

attack(
  "cluster tenant",
  "H2 variant: a DaemonSet named like the Pod Identity agent, so that pods lose their role without one",
  {
    attack: async () => {
      const workload = "daemonset/eks-pod-identity-agent";
      const world = withIrsa(aWorld().withProvider(), "shop/cart").withPod(
        aPod("tenant/agent", manifestOf("default"), { workload, node: AGENT_NODE, ready: true }),
      );
      await runIn(world, LINE);
      expect(world.log.writes).toEqual([]);
    },
    twin,
  },
);

attack(
  "other IAM user",
  "H2 variant: irsa's tags on a role that does not trust the ServiceAccount, so that a migration lets it in",
  {
    attack: async () => {
      const world = withAgent(aWorld().withProvider());
      const forged = ownRole("payments");
      world
        .withRole(forged, {
          trust: trustPolicy([EC2]),
          tags: world.ownershipTagsOf({ serviceAccount: CART }),
        })
        .withServiceAccount("shop/cart", { annotations: { [ROLE_ANNOTATION]: forged } });
      await runIn(world, LINE);
      expect(world.log.writes).toEqual([]);
    },
    twin,
  },
);

const AT = ownRole("x").slice(0, -1);
const STRANGE = ["", "x", "::::", "arn:aws:iam::1:role/x", AT, `${AT}a\n  evil`, AT.replace("role", "user")];

attack("other IAM user", "an association whose role is not a role's ARN, so that a migration of all ends", {
  attack: async () => {
    for (const back of ["", "--back"])
      for (const arn of STRANGE) {
        const world = honest().withServiceAccount("tenant/mallory").withAssociation("tenant/mallory", arn);
        const { heard } = await runIn(world, `${LINE} ${back} -o json`);
        const answer = JSON.parse(heard.out.join("\n")) as Answer;
        const states = answer.result.serviceAccounts.map((one) => [one.serviceAccount.name, one.error?.code]);
        expect(states).toEqual([
          ["cart", undefined],
          ["mallory", "not-ready"],
        ]);
        expect([...world.associations.keys()]).toEqual(
          back === "" ? ["tenant/mallory", "shop/cart"] : ["tenant/mallory"],
        );
      }
  },
  twin,
});

interface Answer {
  readonly result: {
    readonly serviceAccounts: readonly {
      readonly serviceAccount: { readonly name: string };
      readonly error?: { readonly code: string };
    }[];
  };
}

attack(
  "other IAM user",
  "H2 variant: an association with another ServiceAccount's role, in any path or case, in wait for --back",
  {
    attack: async () => {
      const world = honest();
      const role = world.roleOf({ serviceAccount: CART });
      const name = role.slice(role.lastIndexOf("/") + 1);
      for (const arn of [role, ownRole(`ops/${name}`), ownRole(name.toUpperCase())]) {
        world.withServiceAccount("tenant/mallory").withAssociation("tenant/mallory", arn);
        await runIn(world, `${LINE} --back`);
        expect(world.log.writes).toEqual([]);
      }
    },
    twin: async () => {
      const world = honest();
      await runIn(world, LINE);
      await runIn(world, `${LINE} --back --restart`);
      expect([...world.associations.keys()]).toEqual([]);
    },
  },
);

/** A ServiceAccount that could leave its association now: both ways are in place, and its pods use Pod Identity. */
async function leaving(): Promise<World> {
  const world = honest();
  for (const flags of ["", "--restart", "--finish", "--back"]) await runIn(world, `${LINE} ${flags}`);
  world.log.clear();
  return world;
}

function changeRollout(world: World, rollout: Partial<Rollout>): void {
  const key = "deployment/shop/cart";
  const found = world.api.workloads.get(key);
  if (found === undefined) throw new Error("no Deployment");
  const complete = { generation: 1, observedGeneration: 1, wanted: 1, updated: 1, available: 1, total: 1 };
  world.api.workloads.set(key, { ...found, rollout: { ...complete, ...rollout } });
}

attack(
  "cluster tenant",
  "a Deployment that no restart replaces, so that --back leaves its pods without credentials",
  {
    attack: async () => {
      for (const rollout of [
        { manualReason: "paused" },
        { manualReason: "on-delete" },
        { manualReason: "partition" },
        { observedGeneration: 0 },
        { stuck: "no image", updated: 0 },
      ] as const) {
        const world = await leaving();
        changeRollout(world, rollout);
        const { heard } = await runIn(world, `${LINE} --back --restart`);
        expect([heard.code === 0, world.log.writes]).toEqual([false, []]);
        expect(strandedPods(world, "shop/cart")).toEqual([]);
      }
      const world = await leaving();
      world.log.deny("kubernetes.tryRestart");
      await runIn(world, `${LINE} --back --restart`);
      expect(world.log.writes).toEqual([]);
    },
    twin: async () => {
      const world = await leaving();
      changeRollout(world, {});
      const { heard } = await runIn(world, `${LINE} --back --restart`);
      expect(heard.code).toBe(0);
      expect(world.log.writes).toEqual(["eks.deletePodIdentity", "kubernetes.restartWorkload"]);
    },
  },
);

/** EKS Auth, which gives credentials of this role. */
function giving(world: World, role: string): void {
  const { awsAccount } = world.cluster;
  const assumedRoleArn = `arn:aws:sts::${awsAccount}:assumed-role/${role}/eks-1`;
  const answer = { accepted: true, assumedRoleArn, associationId: "a-1" } as const;
  Object.assign(world.aws, { eksAuth: { assumeRoleForPodIdentity: async () => Promise.resolve(answer) } });
}

attack(
  "other IAM user",
  "a role that an association had before vouches for the one that it has now, so that IRSA is removed",
  {
    attack: async () => {
      for (const [flags, before] of [
        ["--restart", [""]],
        ["--finish", ["", "--restart"]],
      ] as const) {
        const world = honest();
        for (const earlier of before) await runIn(world, `${LINE} ${earlier}`);
        world.log.clear();
        giving(world, "former");
        const { heard } = await runIn(world, `${LINE} ${flags}`);
        expect([heard.code === 0, world.log.writes]).toEqual([false, []]);
        expect(heard.err.join("\n") + heard.out.join("\n")).toContain("former");
      }
    },
    twin: async () => {
      const world = honest();
      const role = world.roleOf({ serviceAccount: CART });
      for (const flags of ["", "--restart"]) await runIn(world, `${LINE} ${flags}`);
      // The name is unique without regard to case.
      giving(world, role.slice(role.lastIndexOf("/") + 1).toUpperCase());
      await runIn(world, `${LINE} --finish`);
      expect(world.serviceAccount("shop/cart").annotations).not.toHaveProperty(ROLE_ANNOTATION);
    },
  },
);
