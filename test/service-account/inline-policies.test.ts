import { assert, asyncProperty, record, subarray, uniqueArray, constantFrom, boolean } from "fast-check";
import { describe, expect, it } from "vitest";
import { fromOperator, type FromOperator } from "../../src/model/source.ts";
import { inlineHash, TAG } from "../../src/model/ownership-tags.ts";
import { listOf, type PolicyDocument, type Statement } from "../../src/model/trust-policy/document.ts";
import { samePermissions } from "../../src/model/trust-policy/permissions.ts";
import { CART, withEksctlServiceAccount } from "../fakes/eksctl-account.ts";
import { aDesire, aServiceAccount, CLOUDWATCH, managed } from "../fakes/values.ts";
import {
  adoptionIn,
  applyAll,
  bringAbout,
  kindsOf,
  planIn,
  stopOf,
  textOf,
  updateIn,
} from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const ref = aServiceAccount(CART);

const allow = (...actions: readonly string[]): Statement => ({
  Effect: "Allow",
  Action: actions,
  Resource: "*",
});
const says = (...statements: readonly Statement[]): FromOperator<PolicyDocument> =>
  fromOperator({ Version: "2012-10-17", Statement: statements });

/** A ServiceAccount of eksctl's that was adopted, with these inline policies at that time. */
async function adoptedWith(inline: Readonly<Record<string, PolicyDocument>>): Promise<World> {
  const world = aWorld().withProvider();
  const arn = withEksctlServiceAccount(world, CART, { withoutStack: true });
  world.editRole(arn, () => ({ inline }));
  await applyAll(world, (await adoptionIn(world, CART)).changes);
  return world;
}

const roleIn = (world: World) => {
  const [only] = world.iam.roles.values();
  if (only === undefined) throw new Error("no role");
  return only;
};

/** What a file asks for: exactly this. */
const asks = (inline: FromOperator<PolicyDocument> | undefined, exclusivePolicies = true) =>
  aDesire({
    serviceAccount: ref,
    role: managed({ policies: [CLOUDWATCH], exclusivePolicies, ...(inline !== undefined && { inline }) }),
  });

describe("inline policies of a role that was adopted", () => {
  it("are not written again where they say what is asked, under whatever names", async () => {
    const world = await adoptedWith({
      Policy1: says(allow("a:X")),
      PolicyAutoScaler: says(allow("b:X"), allow("b:Y")),
    });
    for (const exclusivePolicies of [true, false])
      expect(
        (await planIn(world, asks(says(allow("a:X"), allow("b:X", "b:Y")), exclusivePolicies))).changes,
      ).toEqual([]);
  });

  it("are not written again where one statement is said in part by irsa's own and in part by another", async () => {
    const world = await adoptedWith({ irsa: says(allow("b:X")), Policy1: says(allow("b:Y")) });
    for (const exclusivePolicies of [true, false])
      expect((await planIn(world, asks(says(allow("b:X", "b:Y")), exclusivePolicies))).changes).toEqual([]);
  });

  it("get what is missing as irsa's own, and no more than that", async () => {
    const world = await adoptedWith({ Policy1: says(allow("a:X")) });
    await bringAbout(world, asks(says(allow("a:X"), allow("c:X"))));
    expect(roleIn(world).inline).toEqual({ Policy1: says(allow("a:X")), irsa: says(allow("c:X")) });
    expect((await planIn(world, asks(says(allow("a:X"), allow("c:X"))))).changes).toEqual([]);
  });

  it("go where they say more than a file asks, which gives the rest first", async () => {
    const world = await adoptedWith({ Policy1: says(allow("a:X", "a:Y")), Policy2: says(allow("b:X")) });
    const plan = await planIn(world, asks(says(allow("a:X"), allow("b:X"))));
    expect(kindsOf(plan)).toEqual(["put-inline-policy", "delete-inline-policy", "edit-role"]);
    await applyAll(world, plan.changes);
    expect(roleIn(world).inline).toEqual({ Policy2: says(allow("b:X")), irsa: says(allow("a:X")) });
    expect(roleIn(world).role.tags[TAG.inline]).toBe(inlineHash("Policy2"));
  });

  it("stay with create-sa, which takes nothing away", async () => {
    const world = await adoptedWith({ Policy1: says(allow("a:X", "a:Y")) });
    await bringAbout(world, asks(says(allow("b:X")), false));
    expect(Object.keys(roleIn(world).inline)).toEqual(["Policy1", "irsa"]);
  });

  it("of others stay, are told, and are not said again", async () => {
    const world = await adoptedWith({});
    world.editRole(roleIn(world).role.arn, () => ({
      inline: { theirs: says(allow("t:X")), more: says(allow("a:X")) },
    }));
    const plan = await planIn(world, asks(says(allow("a:X"))));
    expect(plan.changes).toEqual([]);
    expect(plan.notes.map(({ code, message }) => [code, message])).toContainEqual([
      "inline-beyond",
      "also has an inline policy beyond the request, unchanged: theirs",
    ]);
  });

  it("that deny something stay: the mark of a policy can be forged", async () => {
    const deny = says({ ...allow("iam:*"), Effect: "Deny" });
    const world = await adoptedWith({ Guard: deny, Policy1: says(allow("a:X")) });
    const plan = await planIn(world, asks(undefined));
    await applyAll(world, plan.changes);
    expect(roleIn(world).inline).toEqual({ Guard: deny });
    expect(plan.notes.map(({ code }) => code)).toContain("inline-beyond");
  });

  it("are counted together: what IAM would not take is refused before anything is written", async () => {
    const big = (head: string) =>
      says(...Array.from({ length: 60 }, (_, at) => allow(`${head}:Action${at}`.repeat(3))));
    const world = await adoptedWith({ Policy1: big("a") });
    world.editRole(roleIn(world).role.arn, ({ inline }) => ({ inline: { ...inline, theirs: big("t") } }));
    world.log.clear();
    const [one, other] = [big("a"), big("b")];
    const both = says(...listOf(one.Statement), ...listOf(other.Statement));
    const stop = await stopOf(planIn(world, asks(both)));
    expect(stop).toMatchObject({ kind: "refused", code: "inline-size" });
    expect(textOf(stop)).toContain("IAM allows 10240");
    expect(world.log.writes).toEqual([]);
  });

  it("go before the new one comes where there is no room for both", async () => {
    const big = (head: string) =>
      says(...Array.from({ length: 70 }, (_, at) => allow(`${head}:Action${at}`.repeat(3))));
    const world = await adoptedWith({ Policy1: big("a") });
    const plan = await planIn(world, asks(big("b")));
    expect(kindsOf(plan)).toEqual(["delete-inline-policy", "put-inline-policy", "edit-role"]);
    await applyAll(world, plan.changes);
    expect((await planIn(world, asks(big("b")))).changes).toEqual([]);
  });

  it("from whatever is there to whatever is asked: exactly that in one apply, and nothing to do after it", async () => {
    const statement = subarray(["a:X", "a:Y", "b:X", "b:Y", "c:X"], { minLength: 1 }).map((actions) =>
      allow(...actions),
    );
    const policies = uniqueArray(
      record({ name: constantFrom("Policy1", "PolicyA", "PolicyB", "irsa"), statement }),
      { selector: ({ name }) => name },
    ).map((list) => Object.fromEntries(list.map((one) => [one.name, says(one.statement)])));
    await assert(
      asyncProperty(
        policies,
        uniqueArray(statement, { minLength: 1, maxLength: 3 }),
        boolean(),
        async (found, asked, foreign) => {
          const world = await adoptedWith(found);
          const theirs = foreign ? { theirs: says(allow("t:X"), allow("a:X")) } : {};
          world.editRole(roleIn(world).role.arn, ({ inline }) => ({ inline: { ...inline, ...theirs } }));
          const wanted = asks(says(...asked));
          await applyAll(world, (await planIn(world, wanted)).changes);
          expect((await planIn(world, wanted)).changes).toEqual([]);
          const now = Object.values(roleIn(world).inline);
          expect(samePermissions(now, [says(...asked), ...Object.values(theirs)])).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("update-sa", () => {
  const remove = (own: boolean, ...names: string[]) => ({
    serviceAccount: ref,
    inline: { remove: { own, names } },
  });

  it("deletes what irsa wrote and what it adopted, and no mark stays", async () => {
    const world = await adoptedWith({ Policy1: says(allow("a:X")), PolicyAutoScaler: says(allow("b:X")) });
    await applyAll(
      world,
      (await updateIn(world, { serviceAccount: ref, inline: { set: says(allow("c:X")) } })).changes,
    );
    world.editRole(roleIn(world).role.arn, ({ inline }) => ({
      inline: { ...inline, theirs: says(allow("t:X")) },
    }));
    const plan = await updateIn(world, remove(true));
    await applyAll(world, plan.changes);
    expect(Object.keys(roleIn(world).inline)).toEqual(["theirs"]);
    expect(roleIn(world).role.tags).not.toHaveProperty([TAG.inline]);
    expect(plan.notes.map(({ code }) => code)).toContain("inline-stays");
  });

  it("deletes one by its name, whoever wrote it, and says so", async () => {
    const world = await adoptedWith({ Policy1: says(allow("a:X")), Policy2: says(allow("b:X")) });
    world.editRole(roleIn(world).role.arn, ({ inline }) => ({
      inline: { ...inline, theirs: says(allow("t:X")) },
    }));
    const plan = await updateIn(world, remove(false, "Policy1", "theirs", "gone"));
    await applyAll(world, plan.changes);
    expect(Object.keys(roleIn(world).inline)).toEqual(["Policy2"]);
    expect(plan.notes.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["no-inline-policy", "deletes-others"]),
    );
    expect(roleIn(world).role.tags[TAG.inline]).toBe(inlineHash("Policy2"));
  });
});
