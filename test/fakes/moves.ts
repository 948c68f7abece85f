import { fromOperator, type FromOperator } from "../../src/model/source.ts";
import { parseIssuerUrl, providerArn } from "../../src/model/issuer.ts";
import type { GlobSelection } from "../../src/model/glob-selection.ts";
import type { MoveWay } from "../../src/model/trust-policy/move-issuer.ts";
import type { Move } from "../../src/trust-migration/move.ts";
import { observeMove } from "../../src/trust-migration/observe.ts";
import { planMove, type MovePlan } from "../../src/trust-migration/plan.ts";
import { aCluster, OLD_ISSUER, right } from "./values.ts";
import type { World } from "./world.ts";

/** The cluster that the roles are taken from, in the same AWS account as the world's. */
export const OLD_CLUSTER = aCluster({
  arn: "arn:aws:eks:ap-northeast-2:111122223333:cluster/blue",
  issuer: OLD_ISSUER,
});

/** A move from the old cluster to the world's; of either end only the issuer may be known. */
export function aMove(world: World, way: MoveWay, known: "both" | "new" | "old" | "none" = "both"): Move {
  const end = (cluster: typeof OLD_CLUSTER, isKnown: boolean) => ({
    issuer: right(parseIssuerUrl(cluster.issuer)),
    provider: providerArn(cluster, cluster.issuer),
    ...(isKnown && { cluster }),
  });
  return {
    way,
    from: end(OLD_CLUSTER, known === "both" || known === "old"),
    to: end(world.cluster, known === "both" || known === "new"),
  };
}

interface MoveTerms extends GlobSelection {
  readonly associate?: boolean;
  readonly audiences?: readonly FromOperator<string>[];
}

/** Observes the world and plans a move, as `migrate-trust` does. */
export async function moveIn(
  world: World,
  move: Move,
  { associate = false, audiences = [], ...selection }: MoveTerms = {},
): Promise<MovePlan> {
  const observed = await observeMove(fromOperator(move), selection, world.aws.iam, () => undefined);
  return planMove(observed, { associate, audiences, clusterFlags: ["--cluster", world.cluster.name] });
}
