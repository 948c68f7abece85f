import { describe, expect, it } from "vitest";
import { restartWords, rolloutStatusWords } from "../../src/model/rollout-words.ts";
import { kindOf, kindRow, kindWord, KINDS, KIND_WORDS } from "../../src/model/workload-kinds.ts";

describe("the table of kinds", () => {
  it("has each kind under its name in lower case, with the plural that the API serves", () => {
    for (const word of KIND_WORDS) {
      expect(KINDS[word].kind.toLowerCase()).toBe(word);
      expect(KINDS[word].resource).toBe(`${word}s`);
    }
  });

  it("has no word for two kinds", () => {
    const words = KIND_WORDS.flatMap((word) => [word, KINDS[word].resource, ...KINDS[word].shortNames]);
    expect(new Set(words).size).toBe(words.length);
  });

  it("restarts only what can be read", () => {
    const restarted = KIND_WORDS.filter((word) => kindRow(word).restart !== undefined);
    expect(restarted.filter((word) => kindRow(word).live !== "editable")).toEqual([]);
  });
});

it.each([
  ["deploy", "deployment"],
  ["Deployments", "deployment"],
  ["deployments.apps", "deployment"],
  ["deployment.v1.apps", "deployment"],
  ["ro", "rollout"],
  ["rollouts.argoproj.io", "rollout"],
  ["rollout.v1alpha1.argoproj.io", "rollout"],
  ["rollouts.apps", undefined],
  ["po", "pod"],
  ["pods.", undefined],
  ["ros", undefined],
  ["", undefined],
])("%s is the kind %s", (word, kind) => expect(kindWord(word)).toBe(kind));

it.each([
  ["Rollout", "argoproj.io/v1alpha1", "rollout"],
  ["Rollout", "argoproj.io/v1", "rollout"],
  ["Rollout", "apps/v1", undefined],
  ["Rollout", "v1", undefined],
  ["Deployment", "extensions/v1beta1", "deployment"],
  ["Deployment", "argoproj.io/v1alpha1", undefined],
  ["CronJob", "batch/v1beta1", "cronjob"],
  ["Pod", "v1", "pod"],
  ["Pod", "apps/v1", undefined],
  ["Deployment", "a/apps/v1", undefined],
  ["Deployment", "", undefined],
])("a manifest's %s of %s is the kind %s", (kind, apiVersion, word) =>
  expect(kindOf(kind, apiVersion)).toBe(word),
);

describe("the command that restarts", () => {
  const FLAGS = ["--cluster", "c", "--context", "x"];
  it.each([
    ["deployment/web", "kubectl --context x -n shop rollout restart deployment/web"],
    ["statefulset/db", "kubectl --context x -n shop rollout restart statefulset/db"],
    ["rollout/web", "kubectl argo rollouts restart web --context x -n shop"],
    ["job/once", undefined],
    ["replicaset/web-1", undefined],
    ["pod/web", undefined],
  ])("%s: %s", (workload, line) => expect(restartWords(workload, "shop", FLAGS)?.join(" ")).toBe(line));

  it("has one beside it that says how far the rollout is", () => {
    const words = (workload: string) => rolloutStatusWords(workload, "shop", FLAGS).join(" ");
    expect(words("daemonset/agent")).toBe("kubectl --context x -n shop rollout status daemonset/agent");
    expect(words("rollout/web")).toBe("kubectl argo rollouts status web --context x -n shop");
  });
});
