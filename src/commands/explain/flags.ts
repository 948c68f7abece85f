/** The flags of `explain` as commander gives them. */
export interface ExplainFlags {
  readonly output: "text" | "json";
}
