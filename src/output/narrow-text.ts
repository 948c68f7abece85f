import { counted } from "../model/counted.ts";
import { policyName } from "../model/arn.ts";
import type {
  KeptBecause,
  NarrowAnswer,
  NarrowedPolicy,
  PolicyOfRole,
  UsePeriod,
} from "../model/narrowed.ts";
import { INLINE_CHARACTERS } from "../model/quotas.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { policySize } from "../model/trust-policy/grant.ts";
import { notReadLines } from "./access-text.ts";
import { aligned, type Row } from "./columns.ts";
import { commandLine } from "./command-text.ts";
import { documentLines } from "./documents.ts";
import { line, type Piece, type Styles } from "./line.ts";

/** The proposed policy, which is all that stdout gets. */
export function proposedPolicyLines({ document }: Pick<NarrowAnswer, "document">): readonly string[] {
  return document === undefined ? [] : documentLines(document);
}

/** What the proposal comes from, what it drops and keeps, and how to use it. */
export function narrowLines(answer: NarrowAnswer, file: string | undefined, color: Styles): Piece[] {
  return [
    "",
    ...aligned(headRows(answer)),
    ...serviceLines(answer, color),
    ...verdictLines(answer, file, color),
    ...notReadLines(answer.notRead, color),
  ];
}

function headRows({ role, serviceAccount, period, policies }: NarrowAnswer): Row[] {
  return [
    ["role", role],
    ...(serviceAccount === undefined
      ? []
      : [["ServiceAccount", serviceAccountPath(serviceAccount)] as const]),
    ["usage data", periodText(period)],
    [
      "policies",
      policies.length === 0
        ? "none"
        : policies.map(({ policy, fate }) => `${policyText(policy)}: ${FATES[fate]}`),
    ],
  ];
}

/** How far back the data goes. */
export function periodText({ since, until, days, sinceCreation }: UsePeriod): string {
  const from = sinceCreation ? `since the role was created on ${dayOf(since)}` : `since ${dayOf(since)}`;
  return `${from} (${counted(days, "day")}), until ${until.slice(0, 16).replace("T", " ")} UTC`;
}

function dayOf(time: string): string {
  return time.slice(0, 10);
}

const FATES: Readonly<Record<NarrowedPolicy["fate"], string>> = {
  replaced: "replaced by the proposed policy",
  stays: "unchanged: nothing in it is known to be unused",
  "not-read": "unchanged: could not be read",
};

/** A policy by its name. */
export function policyText(policy: PolicyOfRole): string {
  return "arn" in policy ? policyName(policy.arn) : `${policy.inline} (inline)`;
}

const SHOWN = 6;

/** What is kept and dropped, and why. */
export function serviceLines(
  answer: Pick<NarrowAnswer, "kept" | "dropped" | "services">,
  color: Styles,
): Piece[] {
  const { kept, dropped, services } = answer;
  const lastUsed = new Map(services.map((one) => [one.service, one.lastUsed]));
  const names = [...new Set([...kept, ...dropped].map(({ service }) => service))].toSorted();
  const used = names.filter((name) => lastUsed.get(name) !== undefined);
  const because = (service: string, ...reasons: readonly KeptBecause[]): string[] =>
    kept.flatMap((one) => (one.service === service && reasons.includes(one.because) ? [one.action] : []));
  const each = used.flatMap((service) => [
    "",
    line`  ${color.bold(service)}, last used ${dayOf(lastUsed.get(service) ?? "")}`,
    ...aligned(
      [
        row("used", because(service, "used")),
        row("kept, not tracked by AWS", because(service, "action-not-tracked", "names-unknown")),
        row(
          "dropped, unused",
          dropped.flatMap((one) => (one.service === service ? [one.action] : [])),
        ),
      ].flat(),
      "    ",
    ),
  ]);
  const unused = dropped.flatMap((one) => (one.unused === "service" ? [one.action] : []));
  const unreported = kept.flatMap((one) => (one.because === "service-not-reported" ? [one.action] : []));
  const rest = [
    ...row("service never used, dropped", unused),
    ...row("no data for the service, kept", unreported),
  ];
  return [...each, ...(rest.length === 0 ? [] : ["", ...aligned(rest)])];
}

/** Nothing where there is none. */
function row(label: string, actions: readonly string[]): Row[] {
  if (actions.length === 0) return [];
  const more = actions.length - SHOWN;
  return [[label, `${actions.slice(0, SHOWN).join(", ")}${more > 0 ? `, … and ${more} more` : ""}`]];
}

/** Below this, a monthly job may not have run yet. */
const ENOUGH_DAYS = 90;

function verdictLines(answer: NarrowAnswer, file: string | undefined, color: Styles): Piece[] {
  const { document, dropped, commands } = answer;
  if (dropped.length === 0)
    return ["", "  Nothing to narrow: no action that the role's policies allow is known to be unused."];
  const warnings = proposalWarnings(answer);
  return [
    ...(warnings.length === 0 ? [] : ["", ...warnings.map((text) => line`  ${color.yellow("!")} ${text}`)]),
    ...(document === undefined ? ["", "  No actions of the replaced policies are left."] : []),
    "",
    ...adviceLines(answer, file),
    ...(commands.length === 0 ? [] : commands.map(commandLine)),
    ...managerLines(answer),
  ];
}

/** What is to be known before a proposal is used. */
export function proposalWarnings({
  document,
  kept,
  period,
}: Pick<NarrowAnswer, "document" | "kept" | "period">): readonly string[] {
  const size = document === undefined ? 0 : policySize(document);
  return [
    ...(period.days < ENOUGH_DAYS
      ? [`Only ${counted(period.days, "day")} of data: what runs less often would be dropped.`]
      : []),
    ...(kept.some(({ because }) => because === "action-not-tracked")
      ? [
          "AWS does not track every action, such as reading and writing data: those are kept. Remove the ones that the application does not call.",
        ]
      : []),
    ...(size > INLINE_CHARACTERS
      ? [
          `The policy has ${size} characters without white space; IAM allows ${INLINE_CHARACTERS} in the inline policies of a role.`,
        ]
      : []),
  ];
}

function managerLines({ isManaged, claimed, serviceAccount }: NarrowAnswer): Piece[] {
  if (isManaged) return [];
  const other =
    "  irsa does not manage this role. If CloudFormation, Terraform or eksctl does, change it there.";
  if (claimed === undefined) return [other];
  const tagged = `Its ownership tags are for ${serviceAccountPath(claimed)}`;
  return serviceAccount === undefined
    ? [`  ${tagged}, but its name is not. If irsa manages it, pass the ServiceAccount instead of the role.`]
    : [other, `  ${tagged}, but its name and trust policy do not confirm them.`];
}

function adviceLines({ document }: NarrowAnswer, file: string | undefined): Piece[] {
  if (document === undefined) return ["  To remove them:"];
  return [
    file === undefined
      ? `  To apply it, save the policy with --file ${DEFAULT_FILE}, review it, and run:`
      : "  To apply it, review the policy and run:",
  ];
}

/** The name of the file in the commands, where none was given. */
export const DEFAULT_FILE = "policy.json";
