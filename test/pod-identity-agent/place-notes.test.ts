import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { known, unknown } from "../../src/model/known.ts";
import type { ObservedPlaces } from "../../src/pod-identity-agent/observe-places.ts";
import { placeNotes } from "../../src/pod-identity-agent/place-notes.ts";
import { anAddon } from "../fakes/addons.ts";
import { aPod, manifestOf } from "../fakes/pods.ts";
import { aCluster, aServiceAccount, ownRole } from "../fakes/values.ts";

const FLAGS = ["--cluster", "eks-work-cluster"];
const DENIED = unknown(new Failure("denied", "access-denied", "not permitted"));
const env = [{ name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", value: "http://169.254.170.23/v1/credentials" }];
const OLD = aPod("shop/cart-1", manifestOf("cart"));
const NEW = aPod("shop/cart-2", manifestOf("cart", { containers: [{ name: "app", env }] }));

function observed(changes: Partial<ObservedPlaces> = {}): ObservedPlaces {
  return {
    cluster: aCluster(),
    serviceAccount: aServiceAccount("shop/cart"),
    addon: known(anAddon()),
    coverage: known({ ready: 2, missing: [] }),
    profiles: known([]),
    associations: known(12),
    pods: known([NEW]),
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
    expect(placeNotes(places, true, FLAGS).map(({ code }) => code)).toEqual(codes);
  });

  it("names the labels that a Fargate profile selects, which pods may have", () => {
    const [note] = placeNotes(profile("shop", { tier: "batch" }), true, FLAGS);
    expect(note?.message).toContain("selects pods with labels tier=batch in namespace shop");
  });

  it("names the command that installs the agent", () => {
    const [note] = placeNotes(observed({ addon: known(undefined), coverage: none }), true, FLAGS);
    expect(note).toMatchObject({ level: "warning", command: ["irsa", "associate-agent", ...FLAGS] });
  });

  it("says nothing of quota and pods where the association exists", () => {
    const places = observed({ associations: known(5_000), pods: known([OLD]) });
    expect(placeNotes(places, false, FLAGS)).toEqual([]);
  });
});
