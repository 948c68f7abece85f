import { partitionIdOf } from "irsa-model/partition.ts";

/** Who signs requests. Source: IAM User Guide, "IAM identifiers" (`userId` is `AIDA…`, or `AROA…:session`). */
export interface Principal {
  /** `arn:aws:iam::<account>:user/…` or `arn:aws:sts::<account>:assumed-role/<role>/<session>`. */
  readonly arn: string;
  readonly awsAccount: string;
  readonly userId: string;
}

/** An access key with its owner. Throw-away: known only to the emulation that made it. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since the epoch; absent on long-lived keys. */
  readonly expires?: number;
  readonly principal: Principal;
  /** The session policy: what the session may do at most. */
  readonly policy?: string;
  /** A session's tags, which it passes on to the roles that it assumes. */
  readonly transitiveTags?: Readonly<Record<string, string>>;
}

/** Finds a key by its id. */
export type KeyRing = (accessKeyId: string) => AccessKey | undefined;

/** The partition that a region belongs to. Source: AWS General Reference, ARNs. */
export function partitionOfRegion(region: string): string {
  return partitionIdOf(region);
}
