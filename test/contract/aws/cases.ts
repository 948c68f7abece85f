import type { Case } from "./case.ts";
import { CLUSTER_CASES } from "./cases/clusters.ts";
import { LAST_ACCESSED_CASES } from "./cases/last-accessed.ts";
import { MANAGED_POLICY_CASES } from "./cases/managed-policies.ts";
import { POD_IDENTITY_CASES } from "./cases/pod-identity.ts";
import { POLICY_CASES } from "./cases/policies.ts";
import { PROVIDER_CASES } from "./cases/providers.ts";
import { ROLE_CASES } from "./cases/roles.ts";
import { SESSION_CASES } from "./cases/sessions.ts";
import { STACK_CASES } from "./cases/stacks.ts";
import { TAG_CASES } from "./cases/tags.ts";
import { TRUST_CASES } from "./cases/trust.ts";

/** What IAM, EKS, STS and CloudFormation do, as far as we rely on it. */
export const AWS_CASES: readonly Case[] = [
  ...PROVIDER_CASES,
  ...ROLE_CASES,
  ...TAG_CASES,
  ...TRUST_CASES,
  ...POLICY_CASES,
  ...MANAGED_POLICY_CASES,
  ...LAST_ACCESSED_CASES,
  ...CLUSTER_CASES,
  ...POD_IDENTITY_CASES,
  ...SESSION_CASES,
  ...STACK_CASES,
];
