import { describe, expect, it } from "vitest";
import type { Provider } from "../../src/model/iam-objects.ts";
import { observeAssociation } from "../../src/oidc-association/observe.ts";
import { planAssociation, type DesiredAssociation } from "../../src/oidc-association/plan.ts";
import { AUDIENCE, ISSUER, anAudience } from "../fakes/values.ts";
import { fromOperator } from "../../src/model/source.ts";
import { applyTo, stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const HOST_PATH = ISSUER.slice("https://".length);
const ARN = `arn:aws:iam::111122223333:oidc-provider/${HOST_PATH}` as Provider["arn"];
const aPin = (text: string) => fromOperator(text);
const PIN = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";
const LEAF = "a".repeat(40);

function ask(changes: Partial<DesiredAssociation> = {}): DesiredAssociation {
  return { audiences: [AUDIENCE], tags: {}, thumbprints: [], ...changes };
}

async function planIn(world: World, desired = ask()) {
  return planAssociation(desired, await observeAssociation(world.aws.iam, world.cluster));
}

describe("a cluster without a provider", () => {
  it("gets one: the issuer verbatim, the audience, our ownership tags, no thumbprint", async () => {
    const world = aWorld();
    const { changes, notes } = await planIn(world);
    expect(changes).toEqual([
      {
        kind: "create-provider",
        arn: ARN,
        url: ISSUER,
        clientIds: [AUDIENCE],
        thumbprints: [],
        tags: { "irsa/managed-by": "irsa", "irsa/cluster-arn": world.cluster.arn },
      },
    ]);
    expect(notes).toEqual([]);
  });

  it("gets the audiences, tags and thumbprints that are asked for, each once", async () => {
    const desired = ask({
      audiences: [anAudience("my-app"), AUDIENCE, anAudience("my-app")],
      tags: { team: "platform" },
      thumbprints: [aPin(PIN.toUpperCase()), aPin(PIN)],
    });
    expect((await planIn(aWorld(), desired)).changes).toMatchObject([
      { clientIds: ["my-app", AUDIENCE], tags: { team: "platform" }, thumbprints: [PIN] },
    ]);
  });

  it("is warned of providers that only look like it: same id, another host", async () => {
    const lookalike = ARN.replace("oidc.eks", "oidc-eks") as Provider["arn"];
    const other = ARN.replace(/\/id\/.*/, "/id/0000") as Provider["arn"];
    const world = aWorld().withProvider({ arn: lookalike }).withProvider({ arn: other });
    const { changes, notes } = await planIn(world);
    expect(changes).toMatchObject([{ kind: "create-provider" }]);
    expect(notes).toMatchObject([{ level: "warning", code: "provider-lookalike" }]);
    expect(notes[0]?.message).toContain(lookalike);
  });
});

describe("a cluster with a provider", () => {
  const EXISTING = { clientIds: ["other"], tags: { team: "theirs" }, thumbprints: [LEAF] };

  it.each<readonly [string, Partial<DesiredAssociation>, object | undefined]>([
    ["nothing that is not there", { audiences: [anAudience("other")], tags: { team: "theirs" } }, undefined],
    [
      "the audience that is there, though in doubles",
      { audiences: [anAudience("other"), anAudience("other")] },
      undefined,
    ],
    ["another audience", {}, { addClientIds: [AUDIENCE], setTags: {} }],
    [
      "another tag and another value",
      { audiences: [anAudience("other")], tags: { team: "ours", cost: "1" } },
      { addClientIds: [], setTags: { team: "ours", cost: "1" }, tagsBefore: { team: "theirs" } },
    ],
    [
      "the pin that is there, in capitals",
      { audiences: [anAudience("other")], thumbprints: [aPin(LEAF.toUpperCase())] },
      undefined,
    ],
    ["another pin", { audiences: [anAudience("other")], thumbprints: [aPin(PIN)] }, { thumbprints: [PIN] }],
    [
      "a second pin",
      { audiences: [anAudience("other")], thumbprints: [aPin(LEAF), aPin(PIN)] },
      { thumbprints: [LEAF, PIN] },
    ],
  ])("is asked for %s", async (_what, changes, edit) => {
    const world = aWorld().withProvider(EXISTING);
    const plan = await planIn(world, ask(changes));
    expect(plan.changes).toMatchObject(
      edit === undefined ? [] : [{ kind: "edit-provider", arn: ARN, ...edit }],
    );
    await applyTo(world, plan.changes);
    expect((await planIn(world, ask(changes))).changes).toEqual([]);
  });

  it("keeps what is beyond the ask, and gets no ownership tags: it is not ours", async () => {
    const world = aWorld().withProvider(EXISTING);
    await applyTo(world, (await planIn(world, ask({ tags: { cost: "1" } }))).changes);
    expect(world.iam.providers.get(ARN)).toEqual({
      arn: ARN,
      clientIds: ["other", AUDIENCE],
      tags: { team: "theirs", cost: "1" },
      thumbprints: [LEAF],
    });
  });

  it.each([
    "sts.amazon.com",
    "sts.amazonaws.com.cn",
    "sts.eu-west-1.amazonaws.com",
    ` ${AUDIENCE}`,
    `${AUDIENCE} `,
  ])("is warned of the audience '%s', which looks misspelt", async (id) => {
    const { notes } = await planIn(aWorld().withProvider({ clientIds: [id, AUDIENCE] }));
    expect(notes).toMatchObject([{ level: "warning", code: "audience-lookalike" }]);
    expect(notes[0]?.message).toContain(`'${id}'`);
  });

  it.each(["my-app", "https://sts.example.com", "kubernetes"])("is not warned of '%s'", async (id) => {
    expect((await planIn(aWorld().withProvider({ clientIds: [id, AUDIENCE] }))).notes).toEqual([]);
  });
});

describe("what is read", () => {
  it("stops when the provider can't be read: unknown is not absent", async () => {
    const world = aWorld().withProvider();
    world.log.deny("iam.getProvider");
    expect(await stopOf(planIn(world))).toMatchObject({ kind: "denied", code: "access-denied" });
  });

  it("goes on when providers may not be listed, or can't be", async () => {
    const denied = aWorld();
    denied.log.deny("iam.listProviders");
    const failing = aWorld();
    failing.log.fail("iam.listProviders");
    for (const world of [denied, failing])
      expect((await planIn(world)).changes).toMatchObject([{ kind: "create-provider" }]);
  });

  it("throws what is a bug of ours", async () => {
    const { iam } = aWorld().aws;
    const listProviders = () => Promise.reject(new TypeError("a bug"));
    await expect(observeAssociation({ ...iam, listProviders }, aWorld().cluster)).rejects.toThrow("a bug");
  });
});

it("a quota that is reached stops it, and nothing is made", async () => {
  const world = aWorld();
  world.iam.quota.providers = 0;
  const { changes } = await planIn(world);
  expect((await applyTo(world, changes)).at(-1)).toMatchObject({
    state: "failed",
    failure: { code: "quota" },
  });
  expect(world.iam.providers.size).toBe(0);
});
