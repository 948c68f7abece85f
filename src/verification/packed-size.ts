/**
 * True if AWS refuses session tags, with the session policy if there is one, for their packed size, a limit without a figure.
 * Source: EKS User Guide, "Grant Pods access to AWS resources based on tags"; AWS STS API Reference, AssumeRole.
 */
export function isPackedTooLarge({
  code,
  message,
}: {
  readonly code: string;
  readonly message: string;
}): boolean {
  return /PackedPolicyTooLarge|packed/i.test(`${code} ${message}`);
}
