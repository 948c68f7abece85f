import type { Cluster, ClusterWithIssuer } from "../../../src/model/cluster.ts";
import type { LinkName } from "../../../src/verification/links.ts";
import type { FindingCode } from "../../../src/verification/rows.ts";
import type { World } from "../../fakes/world.ts";

/** A healthy shop with one thing broken, and what `verify` is to name. */
export interface BrokenWorld {
  readonly name: string;
  /** `shop/cart` by default. */
  readonly subject?: string;
  /** Whose role the shop has: of its owner's making by default, or kept by irsa. */
  readonly role?: "ours";
  /** By which way the shop has it: by IRSA by default. */
  readonly way?: "pod-identity";
  /** The cluster, where it is another than the usual one. */
  readonly cluster?: () => ClusterWithIssuer;
  /** What EKS says of the cluster, where that is what is broken. */
  readonly described?: Partial<Record<keyof Cluster, unknown>>;
  readonly breaks: (world: World) => void;
  readonly finds: {
    readonly link: LinkName;
    readonly row: string;
    readonly code: FindingCode;
    /** Whether a command fixes it, all by itself, or somebody has to think. */
    readonly fix: "command" | "advice";
  };
}
