import type { WayName } from "../../model/way.ts";

/** The flags of `sdk-check` as commander gives them. */
export interface SdkCheckFlags {
  readonly for: WayName | "both";
  readonly output: "text" | "json";
  readonly strict?: true;
}
