import type { Operations } from "../operation.ts";
import { AWS_ACCOUNT_OPERATIONS } from "./aws-account.ts";
import { INSTANCE_PROFILE_OPERATIONS } from "./instance-profiles.ts";
import { LAST_ACCESSED_OPERATIONS } from "./last-accessed.ts";
import { POLICY_OPERATIONS } from "./managed-policies.ts";
import { PROVIDER_OPERATIONS } from "./providers.ts";
import { ROLE_POLICY_OPERATIONS } from "./role-policies.ts";
import { ROLE_OPERATIONS } from "./roles.ts";
import { SIMULATE_OPERATIONS } from "./simulate.ts";

/** All of IAM that is emulated. */
export const IAM_OPERATIONS: Operations = {
  ...PROVIDER_OPERATIONS,
  ...ROLE_OPERATIONS,
  ...ROLE_POLICY_OPERATIONS,
  ...POLICY_OPERATIONS,
  ...INSTANCE_PROFILE_OPERATIONS,
  ...AWS_ACCOUNT_OPERATIONS,
  ...SIMULATE_OPERATIONS,
  ...LAST_ACCESSED_OPERATIONS,
};
