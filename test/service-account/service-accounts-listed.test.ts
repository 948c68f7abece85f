import { describe, expect, it } from "vitest";
import type { KubernetesPort } from "../../src/kubernetes/port.ts";
import { Failure } from "../../src/model/failure.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../src/model/service-account-ref.ts";
import {
  MANY_SERVICE_ACCOUNTS,
  readsOfMany,
} from "../../src/service-account/fleet/service-accounts-listed.ts";
import { aServiceAccount } from "../fakes/values.ts";
import { stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const inNamespaces = (count: number, namespaces: number): readonly ServiceAccountRef[] =>
  Array.from({ length: count }, (_, at) => aServiceAccount(`team-${at % namespaces}/a${at}`));

const namesOfCalls = ({ log }: World): string[] => log.calls.map(({ name }) => name);
const countOf = (world: World, name: string): number =>
  namesOfCalls(world).filter((one) => one === name).length;

/** What is read of each, as `create-sa` reads it. */
async function readAll(kubernetes: KubernetesPort, refs: readonly ServiceAccountRef[]): Promise<unknown> {
  const reads = readsOfMany(kubernetes, refs);
  return Promise.all(
    refs.map(async (ref) => [
      (await reads.getNamespace(ref.namespace))?.name,
      await reads.getServiceAccount(ref),
      await reads.may({ verb: "create", resource: "serviceaccounts", namespace: ref.namespace }),
    ]),
  );
}

/** Each read by itself. */
async function readEach({ kubernetes }: World, refs: readonly ServiceAccountRef[]): Promise<unknown> {
  return Promise.all(
    refs.map(async (ref) => [
      (await kubernetes.getNamespace(ref.namespace))?.name,
      await kubernetes.getServiceAccount(ref),
      await kubernetes.may({ verb: "create", resource: "serviceaccounts", namespace: ref.namespace }),
    ]),
  );
}

/** Some of them exist: every second namespace, and in it every third. */
function worldWith(refs: readonly ServiceAccountRef[]): World {
  const world = aWorld();
  refs.forEach((ref, at) => {
    if (Number(ref.namespace.split("-")[1]) % 2 === 1) return;
    if (at % 3 === 0) world.withServiceAccount(serviceAccountPath(ref));
  });
  return world;
}

const MANY = inNamespaces(MANY_SERVICE_ACCOUNTS, 20);

describe("many ServiceAccounts", () => {
  it("are read by one list, and namespaces without any by themselves", async () => {
    const world = worldWith(MANY);
    const expected = await readEach(worldWith(MANY), MANY);
    expect(await readAll(world.kubernetes, MANY)).toEqual(expected);
    expect(countOf(world, "kubernetes.listServiceAccounts")).toBe(1);
    expect(countOf(world, "kubernetes.getServiceAccount")).toBe(0);
    expect(countOf(world, "kubernetes.getNamespace")).toBe(10);
    expect(countOf(world, "kubernetes.may")).toBe(1);
  });

  it("where the list of all is denied, are read by a list of each namespace that has several", async () => {
    const refs = [...MANY, aServiceAccount("lone/a")];
    const world = worldWith(MANY);
    const ofNamespaces: KubernetesPort = {
      ...world.kubernetes,
      listServiceAccounts: async (namespace) => {
        if (namespace === undefined) throw new Failure("denied", "forbidden", "not permitted");
        return world.kubernetes.listServiceAccounts(namespace);
      },
    };
    expect(await readAll(ofNamespaces, refs)).toEqual(await readEach(worldWith(MANY), refs));
    expect(countOf(world, "kubernetes.listServiceAccounts")).toBe(20);
    expect(countOf(world, "kubernetes.getServiceAccount")).toBe(1);
  });

  it("where every list is denied, are read one by one", async () => {
    const world = worldWith(MANY);
    world.log.deny("kubernetes.listServiceAccounts");
    expect(await readAll(world.kubernetes, MANY)).toEqual(await readEach(worldWith(MANY), MANY));
    expect(countOf(world, "kubernetes.getServiceAccount")).toBe(MANY.length);
  });

  it("are unknown where neither lists nor single reads are permitted", async () => {
    const world = worldWith(MANY);
    world.log.deny("kubernetes.listServiceAccounts");
    world.log.deny("kubernetes.getServiceAccount");
    expect(await stopOf(readAll(world.kubernetes, MANY))).toMatchObject({ kind: "denied" });
  });
});

describe("few ServiceAccounts", () => {
  it("are read by lists of namespaces only where several are in one", async () => {
    const refs = [...inNamespaces(6, 1), aServiceAccount("lone/a"), aServiceAccount("lone/b")];
    const world = worldWith(refs.slice(0, 6));
    expect(await readAll(world.kubernetes, refs)).toEqual(await readEach(worldWith(refs.slice(0, 6)), refs));
    expect(countOf(world, "kubernetes.listServiceAccounts")).toBe(1);
    expect(countOf(world, "kubernetes.getServiceAccount")).toBe(2);
  });
});

describe("what is permitted", () => {
  it("in some namespaces alone is asked for in each", async () => {
    const world = worldWith(MANY);
    const only = "team-4";
    const kubernetes = {
      ...world.kubernetes,
      may: async ({ namespace }: { readonly namespace?: string }) => namespace === only,
    };
    const reads = readsOfMany(kubernetes, MANY);
    const access = { verb: "create", resource: "serviceaccounts" };
    const answers = await Promise.all(
      MANY.map(async ({ namespace }) => [namespace, await reads.may({ ...access, namespace })] as const),
    );
    expect(answers.filter(([, may]) => may).every(([namespace]) => namespace === only)).toBe(true);
    expect(answers.some(([, may]) => may)).toBe(true);
  });

  it("is unknown in a namespace where the API server does not say, and not for all", async () => {
    const world = worldWith(MANY);
    world.log.fail("kubernetes.may");
    const reads = readsOfMany(world.kubernetes, MANY);
    const ask = { verb: "create", resource: "serviceaccounts", namespace: "team-1" };
    // The first answer, for all namespaces, fails; the namespace's own comes.
    expect(await reads.may(ask)).toBe(true);
  });
});
