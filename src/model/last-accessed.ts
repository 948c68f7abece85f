/** An action whose use AWS tracks. Source: IAM API Reference, TrackedActionLastAccessed. */
export interface ActionUse {
  /** As `ListBuckets`, without the service. */
  readonly name: string;
  /** When the role last tried it, as RFC 3339; absent if it did not in the tracking period. */
  readonly lastUsed?: string;
}

/** A service that the role's policies allow. Source: IAM API Reference, ServiceLastAccessed. */
export interface ServiceUse {
  /** The prefix of its actions, in lower case. */
  readonly service: string;
  /** When the role last tried any of its actions, as RFC 3339; absent if it did not in the tracking period. */
  readonly lastUsed?: string;
  /** The actions whose use AWS tracks; often none, and never those on data, such as `s3:GetObject`. */
  readonly actions: readonly ActionUse[];
}

/** What a role has used, as AWS recorded it. */
export interface LastAccessed {
  /** When the report was made, as RFC 3339. */
  readonly asOf: string;
  readonly services: readonly ServiceUse[];
}

/** How far back AWS records the use of services, in days. Source: IAM User Guide, "last accessed information", tracking period. */
export const TRACKING_DAYS = 400;
