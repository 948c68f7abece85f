import { POD_IDENTITY_ROWS } from "./rows/pod-identity.ts";
import { PROVIDER_ROWS } from "./rows/provider.ts";
import { ROLE_ROWS } from "./rows/role.ts";
import { SERVICE_ACCOUNT_ROWS } from "./rows/service-account.ts";
import { STS_ROWS } from "./rows/sts.ts";
import { WEBHOOK_ROWS } from "./rows/webhook.ts";
import { WORKLOAD_ROWS } from "./rows/workload.ts";

/**
 * Every problem that `verify` checks, by its code: what it is, what causes it, what proves it, what fixes it. The
 * compiler accepts no other code in a finding; docs/failure-modes.md is generated from it.
 */
export const ROWS = {
  ...PROVIDER_ROWS,
  ...ROLE_ROWS,
  ...SERVICE_ACCOUNT_ROWS,
  ...WEBHOOK_ROWS,
  ...WORKLOAD_ROWS,
  ...STS_ROWS,
  ...POD_IDENTITY_ROWS,
};

/** A problem's code, for example `subject-mismatch`. */
export type FindingCode = keyof typeof ROWS;

/** A row of docs/failure-modes.md, for example `B1`. */
export type RowName = (typeof ROWS)[FindingCode]["row"];
