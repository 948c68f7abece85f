import type { CredentialSource } from "../../sdk-versions/sdks.ts";

/** The flags of `sdk-check` as commander gives them. */
export interface SdkCheckFlags {
  readonly for: CredentialSource | "both";
  readonly output: "text" | "json";
  readonly strict?: true;
}
