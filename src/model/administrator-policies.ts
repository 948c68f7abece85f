/** AWS managed policies that grant administrator access, directly or by assuming any role. */
export const ADMINISTRATOR_POLICIES: ReadonlySet<string> = new Set(["AdministratorAccess", "IAMFullAccess"]);
