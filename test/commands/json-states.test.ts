import { describe, expect, it } from "vitest";
import { fileOf } from "../interruption/files.ts";
import { runIn, runWell } from "../fakes/command-line.ts";
import { withEksctlServiceAccount } from "../fakes/eksctl-account.ts";
import { CLOUDWATCH } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

const REACH = "--cluster eks-work-cluster --region ap-northeast-2";
const CART = `-n shop --name cart ${REACH}`;

const config = (file: string, names: readonly string[]): string =>
  fileOf(file, {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: "eks-work-cluster", region: "ap-northeast-2" },
    iam: {
      withOIDC: true,
      serviceAccounts: names.map((name) => ({
        metadata: { namespace: "shop", name },
        attachPolicyARNs: [CLOUDWATCH],
      })),
    },
  });

const BOTH = config("both.yaml", ["cart", "till"]);
const ONE = config("one.yaml", ["cart"]);

/** The answer of a command, in JSON. */
async function answer(world: World, line: string): Promise<unknown> {
  const { failure, heard } = await runIn(world, `${line} -o json`);
  expect(failure).toBeUndefined();
  return JSON.parse(heard.out.join("\n"));
}

const states = (one: string, other: string) => ({
  result: { serviceAccounts: [{ state: one }, { state: other }] },
});

describe("the states of a file's ServiceAccounts", () => {
  it("say what differs, and once the plan is applied that it was", async () => {
    const world = aWorld().withProvider();
    expect(await answer(world, `plan -f ${BOTH}`)).toMatchObject(states("differs", "differs"));
    await runWell(world, `apply -f ${ONE} --set fleet --approve`);
    expect(await answer(world, `apply -f ${BOTH} --set fleet --approve`)).toMatchObject(
      states("inSync", "applied"),
    );
    expect(await answer(world, `apply -f ${BOTH} --set fleet --approve`)).toMatchObject(
      states("inSync", "inSync"),
    );
  });

  it("of one that is pruned, what will become of it and what has", async () => {
    const world = aWorld().withProvider();
    await runWell(world, `apply -f ${BOTH} --set fleet --approve`);
    const prune = `apply -f ${ONE} --set fleet --prune --prune-max 1`;
    const pruned = (state: string, fate: string) => ({
      result: {
        serviceAccounts: [{ state: "inSync" }, { state, serviceAccountFate: fate, roleFate: fate }],
      },
    });
    expect(await answer(world, prune)).toMatchObject(pruned("prune", "delete"));
    expect(await answer(world, `${prune} --approve`)).toMatchObject(pruned("pruned", "deleted"));
  });
});

it("adopt: differs, then adopted", async () => {
  const world = aWorld().withProvider();
  withEksctlServiceAccount(world);
  const state = (one: string) => ({ result: { serviceAccounts: [{ state: one }] } });
  expect(await answer(world, `adopt --all ${REACH}`)).toMatchObject(state("differs"));
  expect(await answer(world, `adopt --all ${REACH} --approve`)).toMatchObject(state("adopted"));
});

describe("delete-sa", () => {
  const made = async (): Promise<World> => {
    const world = aWorld().withProvider();
    await runWell(world, `create-sa ${CART} --policy-arn ${CLOUDWATCH} --approve --no-wait`);
    return world;
  };
  const fates = (serviceAccountFate: string, roleFate: string) => ({
    result: { serviceAccountFate, roleFate },
  });

  it("without --approve says what would become of them", async () => {
    const world = await made();
    expect(await answer(world, `delete-sa ${CART}`)).toMatchObject(fates("delete", "delete"));
    expect(await answer(world, `delete-sa ${CART} --keep-role`)).toMatchObject(fates("delete", "keep"));
    expect(await answer(world, `delete-sa ${CART} --keep-service-account`)).toMatchObject(
      fates("release", "delete"),
    );
  });

  it("with it, what has become of them; and where nothing is left, that", async () => {
    const world = await made();
    expect(await answer(world, `delete-sa ${CART} --approve`)).toMatchObject(fates("deleted", "deleted"));
    expect(await answer(world, `delete-sa ${CART} --approve`)).toMatchObject(fates("absent", "absent"));
  });
});
