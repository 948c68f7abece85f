import { describe, expect, it } from "vitest";
import { parseRoleArn, type RoleArn } from "../../src/model/arn.ts";
import { hostPath, providerArn } from "../../src/model/issuer.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import type { Statement } from "../../src/model/trust-policy/document.ts";
import { OPEN_TO_PODS } from "../fakes/eksctl-account.ts";
import { Fleet, notAssumable } from "../fakes/fleet.ts";
import { aServiceAccount, right } from "../fakes/values.ts";
import type { World } from "../fakes/world.ts";
import { jsonOf, type Ran, runOn, targetsFile } from "./run.ts";

const [ONE, TWO, THREE] = ["111111111111", "222222222222", "333333333333"] as const;
const FILE = targetsFile("targets-of-who-can.json", ONE, TWO, THREE);
const roleIn = (awsAccount: string, name: string): RoleArn =>
  right(parseRoleArn(`arn:aws:iam::${awsAccount}:role/${name}`));
const ROLE = roleIn(TWO, "cart");

/** The clusters of ONE and THREE have ServiceAccounts of the same names; the role is in TWO. */
function fleet(change: (two: World, one: World) => void): Fleet {
  const world = new Fleet()
    .with(ONE, (one) => one.withServiceAccount("shop/cart").withServiceAccount("shop/other"))
    .with(TWO)
    .with(THREE, (three) => three.withServiceAccount("shop/cart"));
  const [one, two] = [world.worlds.get(ONE), world.worlds.get(TWO)];
  if (one === undefined || two === undefined) throw new Error("no such AWS account");
  change(two, one);
  return world;
}

/** TWO has a provider of the issuer of ONE's cluster, and its role trusts it for shop/cart. */
function trusting(two: World, one: World, hasProvider = true): void {
  const seen = { ...one.cluster, awsAccount: TWO };
  const provider = providerArn(seen, one.cluster.issuer);
  if (hasProvider)
    two.iam.providers.set(provider, {
      arn: provider,
      clientIds: ["sts.amazonaws.com"],
      thumbprints: [],
      tags: {},
    });
  const issuer = hostPath(one.cluster.issuer);
  const statement: Statement = {
    Effect: "Allow",
    Principal: { Federated: provider },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${issuer}:aud`]: "sts.amazonaws.com",
        [`${issuer}:sub`]: "system:serviceaccount:shop:cart",
      },
    },
  };
  two.withRole(ROLE, { trust: trustPolicy([statement]) });
}

interface Answer {
  readonly result: {
    readonly summary: Readonly<Record<string, number>>;
    readonly missing: readonly object[];
    readonly targets: readonly {
      readonly name: string;
      readonly subjects: readonly object[];
      readonly chains: readonly object[];
    }[];
  };
}

const run = (world: Fleet, ...words: readonly string[]) => runOn(world, "who-can", ...words);

const json = jsonOf("who-can");
const read = (ran: Ran): Answer => JSON.parse(json(ran));

async function answered(world: Fleet): Promise<Answer["result"]> {
  return read(await run(world, ROLE, "--targets", FILE, "-o", "json")).result;
}

const inOne = { arn: `arn:aws:eks:eu-west-1:${ONE}:cluster/main`, name: "main", awsAccount: ONE };

describe("who-can of a role in another AWS account than the cluster", () => {
  it("is by token, where the role's AWS account has a provider of the cluster's issuer", async () => {
    const { targets, summary } = await answered(fleet(trusting));
    expect(targets.map(({ name, subjects }) => [name, subjects.length])).toEqual([
      ["name-1", 1],
      ["name-2", 0],
      ["name-3", 0],
    ]);
    expect(targets[0]?.subjects).toMatchObject([
      { cluster: inOne, serviceAccount: { namespace: "shop", name: "cart" }, via: "irsa", verdict: "allow" },
    ]);
    expect(summary).toMatchObject({ targets: 3, complete: 3, subjects: 1, conditional: 0 });
  });

  it("is nobody where it has none, whatever the trust policy says", async () => {
    const { summary } = await answered(fleet((two, one) => trusting(two, one, false)));
    expect(summary).toMatchObject({ complete: 3, subjects: 0 });
  });

  it("is by Pod Identity, as the target role of a role in the cluster's AWS account", async () => {
    const first = roleIn(ONE, "first");
    const allowed: Statement = {
      Effect: "Allow",
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Resource: ROLE,
    };
    const world = fleet((two, one) => {
      const trust: Statement = {
        Effect: "Allow",
        Principal: { AWS: first },
        Action: ["sts:AssumeRole", "sts:TagSession"],
      };
      two.withRole(ROLE, { trust: trustPolicy([trust]) });
      const inline = { target: { Version: "2012-10-17", Statement: [allowed] } };
      one.withRole(first, { trust: trustPolicy([OPEN_TO_PODS]) }, { inline });
      one.withAssociation("shop/cart", first, { targetRoleArn: ROLE });
    });
    const { targets } = await answered(world);
    expect(targets[0]?.subjects).toMatchObject([
      {
        cluster: inOne,
        serviceAccount: { name: "cart" },
        via: "podIdentity",
        through: first,
        verdict: "allow",
      },
    ]);
    expect(targets.slice(1).flatMap(({ subjects }) => subjects)).toEqual([]);
  });
});

/** `shop/cart` of ONE has the role `first` by its token there, which may assume the role in TWO. */
function leading(two: World, one: World, allowed = "sts:AssumeRole"): void {
  const first = roleIn(ONE, "first");
  const inline = {
    chain: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: allowed, Resource: ROLE }] },
  } as const;
  one.withProvider();
  one.withRole(first, { trust: one.trustOf({ serviceAccount: aServiceAccount("shop/cart") }) }, { inline });
  const trust: Statement = { Effect: "Allow", Principal: { AWS: ONE }, Action: "sts:AssumeRole" };
  two.withRole(ROLE, { trust: trustPolicy([trust]) });
}

describe("who-can of a role that roles of other AWS accounts may assume", () => {
  it("names the ServiceAccounts that have those roles, with the chain", async () => {
    const { targets, summary } = await answered(fleet((two, one) => leading(two, one)));
    expect(summary).toMatchObject({ subjects: 0, chained: 1 });
    expect(targets.map(({ name, subjects, chains }) => [name, subjects.length, chains])).toMatchObject([
      [
        "name-1",
        0,
        [
          {
            roles: [roleIn(ONE, "first"), ROLE],
            verdict: "allow",
            subjects: [{ cluster: inOne, serviceAccount: { namespace: "shop", name: "cart" }, via: "irsa" }],
          },
        ],
      ],
      ["name-2", 0, []],
      ["name-3", 0, []],
    ]);
    const { out } = await run(
      fleet((two, one) => leading(two, one)),
      ROLE,
      "--targets",
      FILE,
    );
    expect(out).toMatch(/shop +cart +irsa +\S*role\/first,\S*role\/cart +allow/);
  });

  it("names nobody where the policies of the first role don't allow it, whatever the other trusts", async () => {
    const { targets } = await answered(fleet((two, one) => leading(two, one, "s3:GetObject")));
    expect(targets.flatMap(({ chains }) => chains)).toEqual([]);
  });

  it("says that the roles of an AWS account could not be read", async () => {
    const world = fleet((two, one) => leading(two, one));
    for (const name of ["iam.listRolesInFull", "iam.listRoles"] as const)
      world.worlds.get(ONE)?.log.deny(name);
    const { targets } = await answered(world);
    expect(targets[0]).toMatchObject({ chains: [], notRead: [{ what: "roles" }] });
  });
});

describe("the role", () => {
  it("must be an ARN where there are several AWS accounts", async () => {
    const { code, err } = await run(fleet(trusting), "cart", "--targets", FILE);
    expect([code, err]).toEqual([2, expect.stringContaining("role 'cart' is a name; in many AWS accounts")]);
  });

  it("must be of one of the targets", async () => {
    const foreign = roleIn("444444444444", "cart");
    const { code, err } = await run(fleet(trusting), foreign, "--targets", FILE);
    expect([code, err]).toEqual([
      1,
      expect.stringContaining("the role's AWS account is not among the targets"),
    ]);
  });

  it("can't be judged where its AWS account can't be read", async () => {
    const world = fleet(trusting);
    world.onAssume.push(async (role) => {
      if (role.includes(TWO)) throw notAssumable(role);
    });
    const { code, err } = await run(world, ROLE, "--targets", FILE);
    expect([code, err]).toEqual([4, expect.stringContaining("not permitted: sts:AssumeRole")]);
  });
});
