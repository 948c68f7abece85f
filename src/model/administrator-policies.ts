/** AWS's own policies that let their holder become anybody. */
export const ADMINISTRATOR_POLICIES: ReadonlySet<string> = new Set(["AdministratorAccess", "IAMFullAccess"]);
