import type { Asked } from "../../audit/report.ts";
import { invalid, valid, type Parsed } from "../../model/problems.ts";
import type { NamespaceName } from "../../model/service-account-ref.ts";
import type { ClustersFlags } from "../shared/session/several-clusters.ts";
import type { TargetsFlags } from "../shared/targets/options.ts";

/** The formats of the picture, the first one unless another is asked for. */
export const FORMATS = ["html", "text", "json", "dot", "mermaid"] as const;

/** The flags of `graph`. */
export interface GraphFlags extends ClustersFlags, TargetsFlags {
  readonly namespace?: readonly string[];
  readonly output: (typeof FORMATS)[number];
  readonly file?: string;
  readonly open?: boolean;
  /** A port, or true for a free one. */
  readonly serve?: string | true;
  readonly pollInterval?: string;
  readonly join?: boolean;
}

/** What is drawn, once the flags are parsed. */
export interface AskedGraph {
  readonly asked: Asked;
  /** None for all. */
  readonly namespaces: readonly NamespaceName[];
}

/** True where many AWS accounts become one graph: always in formats that are one picture. */
export function isJoined({ join = false, output }: GraphFlags): boolean {
  return join || (output !== "text" && output !== "json");
}

/** The port of `--serve`; 0 for a free one. */
export function parsePort(text: string): Parsed<number> {
  const port = Number(text);
  const isPort = /^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535;
  return isPort ? valid(port) : invalid("is not a valid port; use 1 to 65535, or no value for a free port");
}
