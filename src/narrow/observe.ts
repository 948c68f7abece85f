import type { Attempt } from "../audit/attempt.ts";
import { documentsOf } from "../audit/observe-policies.ts";
import type { IamPort } from "../aws/port.ts";
import { roleRef, type RoleArn } from "../model/arn.ts";
import { Failure } from "../model/failure.ts";
import type { RoleDetails } from "../model/iam-objects.ts";
import type { LastAccessed } from "../model/last-accessed.ts";
import { INLINE_POLICY_NAME } from "../service-account/create/observed.ts";
import { managerOf, type AskedFor, type ManagedFor } from "./manager.ts";
import type { RolePolicy } from "./narrow-policies.ts";

/** A role's policies, and what it used. */
export interface ObservedUse {
  readonly role: RoleArn;
  readonly details: RoleDetails;
  readonly policies: readonly RolePolicy[];
  readonly use: LastAccessed;
  /** `undefined` for a role that irsa does not manage. */
  readonly manager: ManagedFor | undefined;
}

/** Where it is read from. */
export interface UseSources {
  readonly iam: IamPort;
  /** Waits so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly asked: AskedFor | undefined;
}

/** The inline policy of the proposal on a role that irsa does not manage. */
export const NARROWED_POLICY_NAME = "irsa-narrowed";

/** The inline policy that a proposal for the role is written over. */
export function ownInline(manager: ManagedFor | undefined): string {
  return manager === undefined ? NARROWED_POLICY_NAME : INLINE_POLICY_NAME;
}

/**
 * Reads what a role may do and what it used.
 * @throws Failure `no-role`, `use-report-failed`; a policy that can't be read leaves a gap
 */
export async function observeUse(
  role: RoleArn,
  { iam, wait, asked }: UseSources,
  attempt: Attempt,
): Promise<ObservedUse> {
  const { name } = roleRef(role);
  // An annotation or an association may name a role that is gone: IAM makes no report of one.
  const details = await iam.getRoleDetails(name);
  if (details === undefined) throw new Failure("failed", "no-role", `role '${name}' not found`);
  const manager = await managerOf(role, details.tags, asked, iam);
  const use = await readUse(role, { iam, wait });
  const documents = await documentsOf(new Set(details.attached), new Map(), iam, attempt);
  const managed = details.attached.map((arn) => ({ policy: { arn }, document: documents.get(arn) }));
  const own = ownInline(manager);
  const inline = Object.entries(details.inline).map(([inlineName, document]) => ({
    policy: { inline: inlineName },
    document,
    ...(inlineName === own && { isOverwritten: true }),
  }));
  return { role, details, policies: [...inline, ...managed], use, manager };
}

/** IAM takes some seconds for a report; the pauses grow, to 5 s. */
const PAUSES = [500, 1_000, 1_000, 2_000, 2_000, ...Array<number>(58).fill(5_000)];

/**
 * What the role used, by service and action.
 * @throws Failure `use-report-failed` if IAM could not say, or not in five minutes
 */
async function readUse(role: RoleArn, { iam, wait }: Omit<UseSources, "asked">): Promise<LastAccessed> {
  const report = await iam.getUseReport(role);
  for (const pause of PAUSES) {
    const found = await iam.getLastAccessed(report);
    if (found !== undefined) return found;
    await wait(pause);
  }
  throw new Failure("failed", "use-report-failed", "IAM did not report what the role used in five minutes", {
    advice: "Run the command again",
  });
}
