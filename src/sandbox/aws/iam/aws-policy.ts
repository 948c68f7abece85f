/** A statement of one of AWS's policies. */
export interface AwsStatement {
  readonly Sid?: string;
  readonly Effect: "Allow";
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy that AWS owns: its default version, and what that says. */
export interface AwsPolicy {
  readonly versionId: string;
  readonly statements: readonly AwsStatement[];
}

/** A statement that allows actions (words of a text) on resources. */
export function allow(actions: string, Resource: string | readonly string[] = "*"): AwsStatement {
  return { Effect: "Allow", Action: actions.trim().split(/\s+/), Resource };
}
