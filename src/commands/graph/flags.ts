import type { ClustersFlags } from "../shared/session/several-clusters.ts";

/** The formats of the picture, the first one unless another is asked for. */
export const FORMATS = ["html", "text", "json", "dot", "mermaid"] as const;

/** The flags of `graph`. */
export interface GraphFlags extends ClustersFlags {
  readonly namespace?: readonly string[];
  readonly output: (typeof FORMATS)[number];
  readonly file?: string;
  readonly open?: boolean;
}
