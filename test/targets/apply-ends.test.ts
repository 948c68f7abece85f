import { describe, expect, it } from "vitest";
import { RoleCreators } from "../../src/commands/apply/role-creators.ts";
import { parseClusterArn, parseRoleArn } from "../../src/model/arn.ts";
import { Fleet } from "../fakes/fleet.ts";
import { CLOUDWATCH, right } from "../fakes/values.ts";
import { fileOf } from "../interruption/files.ts";
import { roleOf, runOn } from "./run.ts";

const [ONE, TWO, THREE] = ["111111111111", "222222222222", "333333333333"] as const;
const targetsOf = (...accounts: readonly string[]): string =>
  fileOf(`targets-of-ends-${accounts.join("-")}.json`, {
    accounts: accounts.map((account_id) => ({ account_id, role: roleOf(account_id) })),
  });
const FILE = fileOf("applied-to-an-end.json", {
  apiVersion: "eksctl.io/v1alpha5",
  kind: "ClusterConfig",
  iam: {
    withOIDC: true,
    serviceAccounts: [{ metadata: { namespace: "shop", name: "cart" }, attachPolicyARNs: [CLOUDWATCH] }],
  },
});
const ROLES = fileOf("applied-to-roles.json", {
  apiVersion: "eksctl.io/v1alpha5",
  kind: "ClusterConfig",
  iam: {
    withOIDC: true,
    serviceAccounts: [
      { metadata: { namespace: "shop", name: "cart" }, roleOnly: true, attachPolicyARNs: [CLOUDWATCH] },
    ],
  },
});
/** No pod runs whose token could be exchanged. */
const OF_PODS = fileOf("applied-to-associations.json", {
  apiVersion: "eksctl.io/v1alpha5",
  kind: "ClusterConfig",
  iam: {
    podIdentityAssociations: [
      {
        namespace: "shop",
        serviceAccountName: "cart",
        createServiceAccount: true,
        permissionPolicyARNs: [CLOUDWATCH],
      },
    ],
  },
});
const fleet = (): Fleet => new Fleet().with(ONE).with(TWO).with(THREE);
const apply = (world: Fleet, targets: string, ...words: readonly string[]) =>
  runOn(world, "apply", "-f", FILE, "--targets", targets, "--concurrency", "1", "--approve", ...words);
const writesOf = ({ worlds }: Fleet, awsAccount: string): number =>
  worlds.get(awsAccount)?.log.writes.length ?? 0;

describe("apply --targets", () => {
  it("refuses a cluster that is in two targets, before anything is written", async () => {
    const world = fleet();
    const { code, err } = await apply(world, targetsOf(ONE, TWO, ONE));
    expect([code, writesOf(world, ONE), writesOf(world, TWO)]).toEqual([2, 0, 0]);
    expect(err).toContain("cluster 'main' is in two targets");
  });

  it("is complete where someone else has done the rest in the meantime", async () => {
    const world = fleet();
    let assumed = 0;
    world.onAssume.push(async (role) => {
      if (role === roleOf(TWO) && (assumed += 1) === 2) await apply(world, targetsOf(TWO));
    });
    const { code, out } = await apply(world, targetsOf(ONE, TWO));
    expect(code).toBe(0);
    expect(out).toContain("Applied: 4 created, 0 changed, 0 deleted, in 1 of 2 clusters.");
    expect(out).not.toContain("to complete the rest");
  });

  it("applies plans of one AWS account one after the other, also where its regions are targets of their own", async () => {
    const world = fleet();
    world.otherRegions.push("us-east-1");
    const regions = ["eu-west-1", "us-east-1"].map((name) => {
      return { account_id: ONE, name, role: roleOf(ONE), regions: [name] };
    });
    const targets = fileOf("targets-of-regions.json", { accounts: regions });
    const { code } = await runOn(world, "apply", "-f", ROLES, "--targets", targets, "--approve");
    expect(code).toBe(0);
    const writes = world.worlds.get(ONE)?.log.writes ?? [];
    const first = writes.slice(0, writes.length / 2);
    expect(first.length).toBeGreaterThan(1);
    expect(writes).toEqual([...first, ...first]);
  });

  it("begins no further AWS account after one whose tokens can't be verified with --wait", async () => {
    const world = fleet();
    const words = [
      "-f",
      OF_PODS,
      "--targets",
      targetsOf(ONE, TWO),
      "--concurrency",
      "1",
      "--approve",
      "--wait",
    ];
    const { code, out } = await runOn(world, "apply", ...words);
    expect([code, writesOf(world, ONE) > 0, writesOf(world, TWO)]).toEqual([1, true, 0]);
    expect(out).toContain("not started: 1 AWS account has failed (--max-failures 0)");
    expect((await runOn(world, "apply", ...words, "--max-failures", "2")).code).toBe(1);
    expect(writesOf(world, TWO)).toBeGreaterThan(0);
  });
});

describe("a role that several plans create", () => {
  const cluster = (name: string) => right(parseClusterArn(`arn:aws:eks:eu-west-1:${ONE}:cluster/${name}`));
  const roleIn = (awsAccount: string, name: string) =>
    right(parseRoleArn(`arn:aws:iam::${awsAccount}:role/${name}`));

  it.each(["cart", "Cart", "shop/cart"])(
    "is refused, as names of roles differ in more than case and path: %s",
    (name) => {
      const creators = new RoleCreators();
      creators.add([roleIn(ONE, "cart")], cluster("blue"));
      creators.add([roleIn(ONE, name)], cluster("green"));
      expect(() => creators.requireOne()).toThrow(/would be created for two clusters/);
    },
  );

  it("is not one of that name in another AWS account", () => {
    const creators = new RoleCreators();
    creators.add([roleIn(ONE, "cart")], cluster("blue"));
    creators.add([roleIn(TWO, "cart")], cluster("green"));
    expect(() => creators.requireOne()).not.toThrow();
  });
});
