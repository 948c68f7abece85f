/**
 * How an instance offers its metadata, and with it the credentials of its role. Source: EC2 API Reference,
 * InstanceMetadataOptionsResponse.
 */
export interface InstanceMetadata {
  /** Whether it is offered at all. */
  readonly isEnabled: boolean;
  /** True if version 2 is required, which gives nothing without a token. */
  readonly requiresToken: boolean;
  /** How many hops the answer with the token may take. */
  readonly hopLimit: number;
}

/**
 * Whether containers with a network of their own, which are one hop away, get the credentials. The hop limit is for the
 * answer with the token alone: version 1 needs none, so that it can be used at any distance. Source: EC2 User Guide,
 * "Use the Instance Metadata Service to access instance metadata".
 */
export function isReachedByContainers({ isEnabled, requiresToken, hopLimit }: InstanceMetadata): boolean {
  return isEnabled && (!requiresToken || hopLimit > 1);
}
