import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { known, unknown, type Known } from "../../src/model/known.ts";
import type { Pod } from "../../src/model/kubernetes-objects.ts";
import {
  observePlaces,
  type ObservedCreation,
  type ObservedPlaces,
} from "../../src/pod-identity-agent/observe-places.ts";
import { placeNotes } from "../../src/pod-identity-agent/place-notes.ts";
import { anAddon } from "../fakes/addons.ts";
import { aPod, manifestOf } from "../fakes/pods.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { aCluster, aServiceAccount, ownRole } from "../fakes/values.ts";

const FLAGS = ["--cluster", "eks-work-cluster"];
const DENIED = unknown(new Failure("denied", "access-denied", "not permitted"));
const env = [{ name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", value: "http://169.254.170.23/v1/credentials" }];
const OLD = aPod("shop/cart-1", manifestOf("cart"));
const NEW = aPod("shop/cart-2", manifestOf("cart", { containers: [{ name: "app", env }] }));

const CART = aServiceAccount("shop/cart");
const SEARCH = aServiceAccount("shop/search");

type Changes = Partial<ObservedPlaces> & {
  readonly associations?: ObservedCreation["associations"];
  readonly pods?: Known<readonly Pod[]>;
};

function observed({
  associations = known(12),
  pods = known([NEW]),
  ...changes
}: Changes = {}): ObservedPlaces {
  return {
    cluster: aCluster(),
    serviceAccounts: [CART],
    addon: known(anAddon()),
    coverage: known({ ready: 2, missing: [] }),
    profiles: known([]),
    created: { associations, pods: [{ serviceAccount: CART, pods }] },
    ...changes,
  };
}

const none = known({ ready: 0, missing: [] });
const profile = (namespace: string, labels: Record<string, string> = {}) =>
  observed({
    profiles: known([{ name: "batch", roleArn: ownRole("fargate"), selectors: [{ namespace, labels }] }]),
  });

describe("what a plan says of the places where pods will run", () => {
  it.each<readonly [string, ObservedPlaces, readonly string[]]>([
    ["nothing where all is well", observed(), []],
    ["that the agent is missing", observed({ addon: known(undefined), coverage: none }), ["agent-missing"]],
    ["nothing of an agent that runs without the add-on", observed({ addon: known(undefined) }), []],
    [
      "nothing of the add-on in EKS Auto Mode",
      observed({ addon: known(undefined), coverage: none, cluster: { ...aCluster(), autoMode: true } }),
      [],
    ],
    ["nothing of a cluster that has no nodes yet", observed({ coverage: none }), []],
    [
      "which nodes lack it",
      observed({ coverage: known({ ready: 1, missing: ["n2", "n3"] }) }),
      ["agent-not-on-nodes"],
    ],
    [
      "which nodes lack it in EKS Auto Mode too",
      observed({
        addon: known(undefined),
        coverage: known({ ready: 0, missing: ["n2"] }),
        cluster: { ...aCluster(), autoMode: true },
      }),
      ["agent-not-on-nodes"],
    ],
    ["that the nodes are unknown", observed({ coverage: DENIED }), ["agent-unknown"]],
    [
      "that the add-on is unknown, not missing",
      observed({ addon: DENIED, coverage: none }),
      ["agent-unknown"],
    ],
    ["nothing of an add-on that is unknown, where the agent runs", observed({ addon: DENIED }), []],
    ["a Fargate profile of the namespace", profile("shop"), ["fargate-profile-matches"]],
    ["a Fargate profile with a pattern", profile("sh*p"), ["fargate-profile-matches"]],
    ["a Fargate profile with a pattern of one character", profile("sho?"), ["fargate-profile-matches"]],
    ["nothing of a profile of another namespace", profile("shop-2"), []],
    ["nothing of a pattern that is not one of a regular expression", profile("sho."), []],
    ["that profiles are unknown", observed({ profiles: DENIED }), ["fargate-profiles-unknown"]],
    ["nothing of the quota below nine tenths", observed({ associations: known(4_499) }), []],
    ["that the quota is nearly used up", observed({ associations: known(4_500) }), ["association-quota"]],
    ["that the quota is used up", observed({ associations: known(5_000) }), ["association-quota"]],
    ["that the quota is unknown", observed({ associations: DENIED }), ["association-quota-unknown"]],
    ["pods that must be restarted", observed({ pods: known([OLD, NEW]) }), ["pods-before-association"]],
    ["nothing of pods that have ended", observed({ pods: known([{ ...OLD, phase: "Succeeded" }]) }), []],
    ["that the pods are unknown", observed({ pods: DENIED }), ["pods-unknown"]],
  ])("%s", (_, places, codes) => {
    expect(placeNotes(places, [CART], FLAGS).map(({ code }) => code)).toEqual(codes);
  });

  it("names the labels that a Fargate profile selects, which pods may have", () => {
    const [note] = placeNotes(profile("shop", { tier: "batch" }), [CART], FLAGS);
    expect(note?.message).toContain("selects pods with labels tier=batch in namespace shop");
  });

  it("names the command that installs the agent", () => {
    const [note] = placeNotes(observed({ addon: known(undefined), coverage: none }), [CART], FLAGS);
    expect(note).toMatchObject({ level: "warning", command: ["irsa", "associate-agent", ...FLAGS] });
  });

  it("says nothing of quota and pods where the association exists", () => {
    const places = observed({ associations: known(5_000), pods: known([OLD]) });
    expect(placeNotes(places, [], FLAGS)).toEqual([]);
  });

  it("counts all associations of the plan against the quota", () => {
    const creating = [CART, SEARCH];
    const messages = (associations: number): readonly (string | undefined)[] =>
      placeNotes(observed({ associations: known(associations) }), creating, FLAGS).map(
        ({ message }) => message,
      );
    expect(messages(4_498)).toEqual([]);
    expect(messages(4_998)).toEqual(["the cluster has 4998 of at most 5000 Pod Identity associations"]);
    expect(messages(4_999)).toEqual([
      expect.stringContaining("EKS will refuse to create 1 of the 2 of this plan"),
    ]);
  });
});

describe("of many ServiceAccounts", () => {
  const many = Array.from({ length: 40 }, (_, at) => aServiceAccount(`shop/cart-${at}`));
  const far = aServiceAccount("billing/ledger");
  const all = [...many, far];
  const world = () => {
    const world = aWorld();
    for (const { namespace, name } of all) world.withPod(aPod(`${namespace}/${name}-1`, manifestOf(name)));
    return world;
  };
  const read = async (of: World) => {
    const { eks } = of.aws;
    const places = await observePlaces(of.cluster, all, all, { eks, kubernetes: of.kubernetes });
    return placeNotes(places, all, FLAGS);
  };

  it("each thing of the cluster is read and said once, and pods once for each namespace", async () => {
    const of = world().withNode("n1", "i-1");
    const codes = (await read(of)).map(({ code }) => code);
    expect(codes).toEqual(["agent-missing", "pods-before-association"]);
    const calls = of.log.calls.map(({ name }) => name);
    const count = (name: string) => calls.filter((one) => one === name).length;
    expect(count("eks.getAddon")).toBe(1);
    expect(count("eks.describeFargateProfiles")).toBe(1);
    expect(count("eks.listPodIdentityAssociations")).toBe(1);
    expect(count("kubernetes.listNodes")).toBe(1);
    // kube-system for the agent, shop and billing for the pods.
    expect(count("kubernetes.listPods")).toBe(3);
  });

  it("counts the pods to restart, and names some of the ServiceAccounts", async () => {
    const notes = await read(world());
    expect(notes.at(-1)?.message).toBe(
      "41 pods of 41 ServiceAccounts must be restarted to get their roles: shop/cart-0, shop/cart-1, shop/cart-2, shop/cart-3, shop/cart-4 and 36 more",
    );
  });

  it("says once for which pods and namespaces something is unknown", async () => {
    const of = world();
    of.log.deny("kubernetes.listPods");
    of.log.deny("eks.describeFargateProfiles");
    const notes = await read(of);
    expect(notes.map(({ code }) => code)).toEqual([
      "agent-unknown",
      "fargate-profiles-unknown",
      "pods-unknown",
    ]);
    expect(notes[1]?.message).toContain("whether pods of these 2 namespaces run on Fargate");
  });

  it("names the namespaces that a Fargate profile selects in one note", () => {
    const serviceAccounts = [CART, SEARCH, far];
    const profiles = known([
      { name: "all", roleArn: ownRole("fargate"), selectors: [{ namespace: "*", labels: {} }] },
    ]);
    const notes = placeNotes(observed({ serviceAccounts, profiles }), [], FLAGS);
    expect(notes.map(({ message }) => message)).toEqual([
      "Fargate profile all selects pods in namespaces shop, billing; EKS Pod Identity does not support Fargate, use IRSA for them",
    ]);
  });
});
