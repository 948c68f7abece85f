/** Which run found something, for formats in which every finding must say so. */
export interface FoundBy {
  /** The version of irsa. */
  readonly version: string;
  readonly at: Date;
}
