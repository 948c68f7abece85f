import { expect } from "vitest";
import { runIn } from "../fakes/command-line.ts";
import { aPod, manifestOf } from "../fakes/pods.ts";
import { CLOUDWATCH, ownRole } from "../fakes/values.ts";
import { aWorld, SECOND_ACCOUNT, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const LINE = `create-sa shop/cart --cluster eks-work-cluster --pod-identity --policy-arn ${CLOUDWATCH} --approve --wait-timeout 1s -o json`;

const aRunningWorld = (): World =>
  aWorld()
    .withPolicy(CLOUDWATCH)
    .withPod(aPod("shop/cart-1", manifestOf("cart")));

/** What is done to the association once it was written, right before a token is exchanged. */
async function ended(world: World, change: (roleArn: string) => void) {
  world.log.before("eksAuth.assumeRoleForPodIdentity", () =>
    change(world.association("shop/cart")?.roleArn ?? ""),
  );
  const { failure, heard } = await runIn(world, LINE);
  return { failure, text: [...heard.out, ...heard.err].join("\n") };
}

async function twin(): Promise<void> {
  const { failure, text } = await ended(aRunningWorld(), () => undefined);
  expect(failure).toBeUndefined();
  expect(text).toMatch(/"state": ?"accepted"/);
}

function expectRefused({ failure, text }: Awaited<ReturnType<typeof ended>>): void {
  expect(failure).toMatchObject({
    code: "proof-refused",
    message: "EKS gives pods of shop/cart another role",
  });
  expect(text).not.toMatch(/"accepted"|gives a pod the role/);
}

attack("other IAM user", "an association that was given another role meanwhile is reported as proved", {
  attack: async () => {
    const world = aRunningWorld();
    const outcome = await ended(world, (now) => {
      const trust = world.iam.roles.get(now.split("/")[1]?.toLowerCase() ?? "")?.role.trust;
      world.withRole(ownRole("theirs"), { trust: trust ?? { Statement: [] } });
      world.associations.set("shop/cart", ownRole("theirs"));
    });
    expectRefused(outcome);
  },
  twin,
});

attack("other IAM user", "a target role of the same name in their AWS account passes for the role", {
  attack: async () => {
    const world = aRunningWorld();
    expectRefused(
      await ended(world, (now) => {
        const theirs = now.replace(world.cluster.awsAccount, SECOND_ACCOUNT);
        world.associations.set("shop/cart", theirs);
        copyRole(world, now);
      }),
    );
  },
  twin,
});

/** The role, with its trust policy, also in the second AWS account. */
function copyRole(world: World, arn: string): void {
  const name = arn.split("/")[1]?.toLowerCase() ?? "";
  const found = world.iam.roles.get(name);
  if (found === undefined) throw new Error(`${arn} not found`);
  const theirs = arn.replace(world.cluster.awsAccount, SECOND_ACCOUNT) as typeof found.role.arn;
  world.secondIam.roles.set(name, { ...found, role: { ...found.role, arn: theirs } });
}
