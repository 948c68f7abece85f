import type { SubjectLevel } from "../../model/guardrails.ts";
import type { ClusterFlags } from "../shared/session/options.ts";

/** The formats of the guardrails. */
export const FORMATS = ["text", "json"] as const;

/** The flags of `guardrails`. */
export interface GuardrailsFlags extends Pick<ClusterFlags, "region" | "profile"> {
  readonly issuer?: readonly string[];
  readonly issuerFile?: string;
  readonly subjects: SubjectLevel;
  readonly output: (typeof FORMATS)[number];
}
