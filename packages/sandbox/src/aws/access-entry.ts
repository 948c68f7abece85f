/** Who an IAM principal is in a cluster, as an EKS access entry says it. */
export interface AccessEntry {
  /** The ARN of the user, or of the role behind a session. */
  readonly principalArn: string;
  /** The principal's own ARN by default, with the session's name for a role's session. */
  readonly username?: string;
  readonly groups: readonly string[];
}
