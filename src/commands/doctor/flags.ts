import type { ClusterFlags } from "../shared/session/options.ts";

/** The flags of `doctor` as commander gives them. */
export interface DoctorFlags extends ClusterFlags {
  readonly namespace?: string;
  readonly rolePrefix?: string;
  readonly rolePath?: string;
  readonly output: "text" | "json";
}
