import { describe, expect, it } from "vitest";
import { stalePods } from "../../src/workload/stale-pods.ts";
import { aPod, injected, manifestOf } from "../fakes/pods.ts";
import { ownRole } from "../fakes/values.ts";

const ROLE = ownRole("agent");
const serviceAccountOf = (role: string) => ({
  annotations: { "eks.amazonaws.com/role-arn": role },
  podIdentity: false,
});
const BARE = manifestOf("cloudwatch-agent");
const FRESH = injected(BARE, serviceAccountOf(ROLE));
const OTHER = injected(BARE, serviceAccountOf(ownRole("old")));

describe("pods that run without the ServiceAccount's role", () => {
  it("are those without any, and those with another", () => {
    const pods = [
      aPod("team/fresh", FRESH, { workload: "daemonset/fresh" }),
      aPod("team/bare", BARE, { workload: "daemonset/bare" }),
      aPod("team/other", OTHER, { workload: "daemonset/other" }),
    ];
    expect(stalePods(pods, ROLE)).toEqual([
      { workload: "daemonset/bare", pods: ["bare"] },
      { workload: "daemonset/other", pods: ["other"] },
    ]);
  });

  it("are named by their workload, each with its pods in order", () => {
    const pods = ["b", "c", "a"].map((name) => aPod(`team/${name}`, BARE, { workload: "deployment/web" }));
    expect(stalePods([...pods, aPod("team/alone", BARE)], ROLE)).toEqual([
      { workload: "deployment/web", pods: ["a", "b", "c"] },
      { workload: undefined, pods: ["alone"] },
    ]);
  });

  it.each([
    ["Running", 1],
    ["Pending", 1],
    ["Unknown", 1],
    ["Succeeded", 0],
    ["Failed", 0],
  ])("count while they are %s: %i", (phase, count) => {
    expect(stalePods([aPod("team/x", BARE, { phase })], ROLE)).toHaveLength(count);
  });

  it("are none where one container in several has it: the webhook gives it to all or is told to skip", () => {
    const [app, ...rest] = FRESH.spec.containers;
    const containers = [{ name: "skipped" }, ...(app === undefined ? [] : [app]), ...rest];
    const pod = aPod("team/x", { ...FRESH, spec: { ...FRESH.spec, containers } });
    expect(stalePods([pod], ROLE)).toEqual([]);
  });

  it("are none where there are none", () => {
    expect(stalePods([], ROLE)).toEqual([]);
  });
});
