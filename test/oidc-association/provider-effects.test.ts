import { describe, expect, it } from "vitest";
import { providerArn } from "../../src/model/issuer.ts";
import { clusterOwnershipTags } from "../../src/model/ownership-tags.ts";
import { fromOperator } from "../../src/model/source.ts";
import { observeRemoval } from "../../src/oidc-association/observe-removal.ts";
import { observeAssociation } from "../../src/oidc-association/observe.ts";
import { planProviderRemoval } from "../../src/oidc-association/plan-removal.ts";
import { audienceNotes, planAssociation, type DesiredAssociation } from "../../src/oidc-association/plan.ts";
import { AUDIENCE, aServiceAccount, anAudience, ISSUER, ownRole } from "../fakes/values.ts";
import { stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const providerOf = ({ iam }: World): string => [...iam.providers.keys()][0] ?? "";

async function removal(world: World) {
  return planProviderRemoval(
    { force: false, foreign: false },
    await observeRemoval(world.aws.iam, world.cluster, true),
  );
}

describe("a provider that is not irsa's", () => {
  const arn = aWorld().cluster.arn;

  it.each<readonly [string, Record<string, string>, readonly unknown[]]>([
    ["by no tag", {}, []],
    [
      "by another tool's tag, whatever the cluster",
      { "irsa/managed-by": "other", "irsa/cluster-arn": arn },
      [],
    ],
    ["by the cluster alone", { "irsa/cluster-arn": arn }, []],
    ["by the tool alone", { "irsa/managed-by": "irsa" }, []],
    ["as eksctl made it", { "alpha.eksctl.io/cluster-name": "c" }, [["created by", "eksctl"]]],
  ])("is not deleted: %s", async (_how, tags, more) => {
    const world = aWorld().withProvider({ tags });
    const stop = await stopOf(removal(world));
    expect(stop.code).toBe("foreign-provider");
    expect(stop.detail.facts).toEqual([["provider", providerOf(world)], ...more]);
    expect(stop.detail.advice).toContain("--foreign");
  });
});

it.each([
  [1, /^1 role /],
  [2, /^2 roles /],
])("a provider that %d roles trust is not deleted", async (count, text) => {
  const world = aWorld();
  world.withProvider({ tags: clusterOwnershipTags(world.cluster) });
  const roles = Array.from({ length: count }, (_, at) => ownRole(`r${at}`));
  for (const role of roles)
    world.withRole(role, { trust: world.trustOf({ serviceAccount: aServiceAccount("a/b") }) });
  const stop = await stopOf(removal(world));
  expect(stop.message).toMatch(text);
  expect(stop.detail.facts).toEqual([
    ["provider", providerOf(world)],
    ["trusted by", roles],
  ]);
});

describe("the thumbprints of a provider", () => {
  const [A, B, C] = ["a", "b", "c"].map((one) => one.repeat(40));
  const pin = async (thumbprints: readonly (string | undefined)[]) => {
    const world = aWorld().withProvider({ thumbprints: [A ?? "", (B ?? "").toUpperCase()] });
    const asked: DesiredAssociation = {
      audiences: [AUDIENCE],
      tags: {},
      thumbprints: thumbprints.map((one) => fromOperator(one ?? "")),
    };
    return planAssociation(asked, await observeAssociation(world.aws.iam, world.cluster)).changes;
  };

  it("are replaced where one of them differs, or there are fewer", async () => {
    expect(await pin([A, C])).toMatchObject([{ kind: "edit-provider", thumbprints: [A, C] }]);
    expect(await pin([C, B])).toMatchObject([{ kind: "edit-provider", thumbprints: [C, B] }]);
    expect(await pin([A])).toMatchObject([{ kind: "edit-provider", thumbprints: [A] }]);
  });

  it("stay where they are the same, in any order and case, or none is asked for", async () => {
    expect(await pin([B, A])).toEqual([]);
    expect(await pin([])).toEqual([]);
  });
});

describe("what a provider accepts besides", () => {
  const { cluster } = aWorld();
  const notes = (clientIds: readonly string[], audiences: readonly string[] = [AUDIENCE]) =>
    audienceNotes(
      audiences,
      { arn: providerArn(cluster, cluster.issuer), clientIds, thumbprints: [], tags: {} },
      cluster,
    ).map(({ level, code, message }) => `${level} ${code} ${message}`);

  it.each(["sts.eu-west-1.amazonaws.com", "sts.amazonaws.com.cn", "sts.amazon.com", " sts.amazonaws.com"])(
    "is reported where it looks like the audience: %s",
    (id) =>
      expect(notes([AUDIENCE, id])).toEqual([
        expect.stringMatching(/^warning audience-lookalike .*sts\.amazonaws\.com/) as string,
      ]),
  );

  it.each(["my-sts.amazonaws.com", "sts.amazonaws.com.example", "vault"])(
    "is not told where it doesn't: %s",
    (id) => expect(notes([AUDIENCE, id])).toEqual([]),
  );

  it("is reported once for all audiences that are asked for, in their words", () => {
    expect(notes(["vault", "sts.amazon.com"], ["vault", AUDIENCE])).toEqual([
      expect.stringContaining("vault, sts.amazonaws.com") as string,
    ]);
    expect(notes(["sts.amazon.com"], ["vault"])).toEqual([]);
  });

  it("is reported where it is the API server's own audience", () => {
    expect(notes([AUDIENCE, ISSUER])).toEqual([
      expect.stringMatching(/^warning api-audience .*irsa audit --rule api-audience/) as string,
    ]);
  });
});

it("the API server's own audience is refused, with what to use instead", async () => {
  const world = aWorld();
  const asked = { audiences: [anAudience(ISSUER)], tags: {}, thumbprints: [] };
  const observed = await observeAssociation(world.aws.iam, world.cluster);
  const stop = await stopOf((async () => planAssociation(asked, observed))());
  expect(stop).toMatchObject({ kind: "refused", code: "api-audience" });
  expect(stop.detail.advice).toContain(AUDIENCE);
});
