/** AWS Organizations, as far as its accounts are covered. */
export interface OrganizationsPort {
  /** Its accounts: all, or those directly in a root or an organizational unit. */
  listAccounts(parent?: string): Promise<readonly OrganizationAccount[]>;
  /** The IDs of the organizational units directly in a root or another one. */
  listUnits(parent: string): Promise<readonly string[]>;
}

/** An account of an organization. */
export interface OrganizationAccount {
  readonly awsAccount: string;
  readonly name: string;
  /** As Organizations says it, such as `ACTIVE` or `SUSPENDED`. */
  readonly state: string;
}
