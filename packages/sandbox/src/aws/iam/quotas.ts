/** IAM's default quotas, by the names in its errors. Source: IAM User Guide, "IAM and AWS STS quotas". */
export const QUOTAS = {
  OpenIdConnectProvidersPerAccount: 100,
  ClientIdsPerOpenIdConnectProvider: 100,
  RolesPerAccount: 1000,
  PoliciesPerAccount: 1500,
  InstanceProfilesPerAccount: 1000,
  PoliciesPerRole: 10,
  /** Characters of a trust policy, white space left out. */
  ACLSizePerRole: 2048,
  /** Characters of a role's inline policies together, white space left out. */
  InlinePolicySizePerRole: 10_240,
  /** Characters of a managed policy, white space left out. */
  PolicySize: 6144,
} as const;

/** A document's size as IAM counts it. */
export function policySize(document: string): number {
  return document.replace(/\s/g, "").length;
}
