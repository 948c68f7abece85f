import type { Case } from "./case.ts";
import { ACCESS_CASES } from "./cases/access.ts";
import { LIST_CASES } from "./cases/lists.ts";
import { OBJECT_CASES } from "./cases/objects.ts";
import { PATCH_CASES } from "./cases/patches.ts";
import { RULE_CASES } from "./cases/rules.ts";
import { WORKLOAD_CASES } from "./cases/workloads.ts";

/** What the Kubernetes API does, as far as we and our users' tools rely on it. */
export const KUBERNETES_CASES: readonly Case[] = [
  ...OBJECT_CASES,
  ...RULE_CASES,
  ...LIST_CASES,
  ...PATCH_CASES,
  ...ACCESS_CASES,
  ...WORKLOAD_CASES,
];
