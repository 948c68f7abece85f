import type { ConflictMode } from "../../model/addon-change.ts";
import type { Tags } from "../../model/iam-objects.ts";
import { Problems } from "../../model/problems.ts";
import { fromOperator } from "../../model/source.ts";
import { parseTag } from "../../oidc-association/input.ts";
import { parseAddonVersion } from "../../pod-identity-agent/input.ts";
import type { DesiredAgent } from "../../pod-identity-agent/plan.ts";
import type { ClusterFlags, PlanFlags } from "../shared/session/options.ts";

/** The flags of `associate-agent`. */
export interface AssociateAgentFlags extends ClusterFlags, PlanFlags {
  readonly addonVersion?: string;
  readonly resolveConflicts: ConflictMode;
  readonly tag?: string[];
  /** `undefined`: neither flag was given; the agent is verified, but not being permitted to is not an error. */
  readonly wait?: boolean;
  readonly waitTimeout: number;
}

/**
 * Judges the flags of `associate-agent`.
 * @throws Failure of kind `input` that names every wrong value
 */
export function parseFlags({ addonVersion, resolveConflicts, tag = [] }: AssociateAgentFlags): DesiredAgent {
  const problems = new Problems();
  const given =
    addonVersion === undefined ? undefined : { where: "--addon-version", text: fromOperator(addonVersion) };
  const version = problems.one(given, parseAddonVersion);
  const tags: Tags = Object.fromEntries(problems.all("--tag", tag, parseTag));
  problems.throwIfAny();
  return { ...(version !== undefined && { version }), resolveConflicts, tags };
}
