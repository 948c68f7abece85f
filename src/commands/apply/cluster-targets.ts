import { clusterRef, type ClusterArn } from "../../model/arn.ts";
import { Failure } from "../../model/failure.ts";
import type { Target } from "../../model/target.ts";
import type { LostPart, OpenTarget } from "../shared/targets/open-target.ts";

/** Which target each cluster was found in. */
export class ClusterTargets {
  readonly #targets = new Map<ClusterArn, Target>();
  readonly #twice = new Map<ClusterArn, readonly [Target, Target]>();

  /** Counts the clusters of a target. */
  add({ target, sources }: OpenTarget): void {
    for (const { cluster } of sources) {
      const other = this.#targets.get(cluster.arn);
      if (other !== undefined) this.#twice.set(cluster.arn, [other, target]);
      this.#targets.set(cluster.arn, target);
    }
  }

  /**
   * Two targets would plan a cluster twice, and write to it side by side.
   * @throws Failure of kind `input` for a cluster that is in two targets
   */
  requireOne(): void {
    const [arn] = [...this.#twice.keys()].toSorted();
    if (arn === undefined) return;
    const names = (this.#twice.get(arn) ?? []).map(({ name }) => name).toSorted();
    throw new Failure("input", "invalid-input", `cluster '${clusterRef(arn).name}' is in two targets`, {
      facts: [
        ["cluster", arn],
        ["targets", names],
      ],
      advice: "Give the targets of an AWS account different regions or clusters",
    });
  }

  /** Those of these clusters that were found in the target and are not there any more. */
  gone(clusters: readonly string[], { target, sources, lost }: OpenTarget): readonly LostPart[] {
    const there = new Set(sources.map(({ cluster }) => cluster.arn));
    const asked = new Set(clusters);
    return [...this.#targets]
      .filter(([arn, found]) => found === target && asked.has(arn) && !there.has(arn))
      .map(([arn]) => clusterRef(arn))
      .filter(({ region, name }) => !lost.some((part) => isPartOf(part, region, name)))
      .map(({ region, name }) => {
        const message = `cluster '${name}' was planned and is not found any more: nothing was done there`;
        return { region, cluster: name, failure: new Failure("failed", "no-cluster", message) };
      });
  }
}

function isPartOf({ region, cluster }: LostPart, inRegion: string, name: string): boolean {
  return (region ?? inRegion) === inRegion && (cluster ?? name) === name;
}
