import { expect } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { runIn } from "../fakes/command-line.ts";
import { AGENT_NODE, withAgent, withIrsa } from "../fakes/moving-world.ts";
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
