import { listText } from "../model/list-text.ts";
import { line, type Piece, type Styles } from "./line.ts";
import type { NotRead, AccessPath, WhatCan, WhatCanRole } from "../model/access-answers.ts";
import { policyName } from "../model/arn.ts";
import { roleChainText } from "../model/role-chain-text.ts";
import { sessionPolicyTexts } from "../model/session-policy.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { aligned, table } from "./columns.ts";

/** How many ServiceAccounts or chains are shown one by one; the rest is counted. */
export const SHOWN = 40;

/** The roles that a ServiceAccount can assume, as text. */
export function whatCanLines(answer: WhatCan, color: Styles): Piece[] {
  const { cluster, serviceAccount, annotatedRole, roles } = answer;
  return [
    "",
    ...aligned([
      ["ServiceAccount", serviceAccountPath(serviceAccount)],
      ["cluster", cluster.name],
      ...(annotatedRole === null ? [] : [["annotated", annotatedRole] as const]),
    ]),
    ...standingLines(answer, color),
    ...roles.flatMap((role) => ["", ...roleLines(role, color)]),
    ...chainLines(answer, color),
    ...annotationLines(answer, color),
    ...notJudgedLines(answer.notJudged, color),
    ...notReadLines(answer.notRead, color),
  ];
}

/** That the annotated role is none of them, or only for tokens that the webhook does not ask for. */
function annotationLines(
  { annotatedRole, roles, audience, notJudged, notRead }: WhatCan,
  color: Styles,
): Piece[] {
  const ways = roles.filter(({ annotated }) => annotated);
  const isRefused = annotatedRole !== null && ways.every(({ chosen }) => chosen === true);
  const isElsewhere = notJudged.some(({ role, via }) => via === "irsa" && role === annotatedRole);
  if (!isRefused || isElsewhere || notRead.length > 0) return [];
  const tokens = ways.length === 0 ? "" : ` with the audience '${audience}' of its tokens`;
  return ["", line`  ${color.yellow("!")} The annotated role does not allow this ServiceAccount${tokens}.`];
}

/** Whether the ServiceAccount exists, and whether any role allows it: shows a typo in its name, or a leftover trust. */
function standingLines({ exists, roles, notJudged, notRead }: WhatCan, color: Styles): Piece[] {
  if (roles.length > 0)
    return exists === false
      ? ["", line`  ${color.yellow("!")} This ServiceAccount does not exist; whoever creates it can assume:`]
      : [];
  const found = notRead.length + notJudged.length > 0 ? "no role was found that" : "no role";
  const text =
    exists === false
      ? `This ServiceAccount does not exist, and ${found} would allow it.`
      : notRead.length + notJudged.length > 0
        ? "No role was found that it can assume."
        : "It can't assume any role.";
  return ["", `  ${text}`];
}

/** Roles of other AWS accounts, which may or may not be open to it. */
function notJudgedLines(roles: WhatCan["notJudged"], color: Styles): Piece[] {
  if (roles.length === 0) return [];
  return [
    "",
    line`  ${color.yellow("Not evaluated, in another AWS account:")}`,
    ...aligned(
      roles.map(({ role, via, through, sessionPolicy }) => [
        role,
        via === "irsa"
          ? "by its annotation"
          : `by Pod Identity${through === undefined ? "" : ` through ${through}`}${sessionPolicy === undefined ? "" : ", with a session policy"}`,
      ]),
      "    ",
    ),
  ];
}

/** What could not be read, so that the answer may be incomplete. */
export function notReadLines(gaps: readonly NotRead[], color: Styles): Piece[] {
  if (gaps.length === 0) return [];
  return [
    "",
    line`  ${color.yellow("Not everything could be read:")}`,
    ...aligned(
      gaps.map(({ what, message }) => [what, message] as const),
      "    ",
    ),
  ];
}

/** By which way, under which conditions, and by which statements. */
export function wayCells(way: AccessPath): string[] {
  return [wayText(way), certainty(way), statementsText(way)];
}

function wayText({ via, audience, chosen, through, nodes = [] }: AccessPath): string {
  if (via === "node") return `its nodes: ${listText(nodes, 2)}`;
  if (via === "pod-identity") return `Pod Identity${through === undefined ? "" : ` through ${through}`}`;
  return chosen === undefined ? "token" : `token for audience '${audience ?? ""}'`;
}

/** What decides, besides condition keys, where that can't be known. */
const IF: Readonly<Record<string, string>> = {
  "network policies": "no network policy or firewall of the node blocks it",
  "instance metadata options": "the instance metadata options allow it",
  "session policy": "the session policy allows it",
};

/** `yes`, or what it depends on. */
export function certainty({ via, verdict, unknownKeys, permissionUnknown, through }: AccessPath): string {
  if (verdict === "allow") return "yes";
  const permission = permissionUnknown === undefined ? [] : [`the policies of ${roleName(through)} allow it`];
  const facts = unknownKeys.map((key) => IF[key] ?? key);
  if (via === "node") return `if ${facts.join(" and ")}`;
  return `if ${[...facts, ...permission].join(", ") || "a Deny that can't be read does not apply"}`;
}

function roleName(arn: string = ""): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

function statementsText({ statements }: AccessPath): string {
  return statements
    .map(({ index, sid }) => (sid === undefined ? `statement ${index + 1}` : `'${sid}'`))
    .join(", ");
}

function roleLines(role: WhatCanRole, color: Styles): Piece[] {
  const [way = "", when = "", statements = ""] = wayCells(role);
  const policies = role.policies?.map(policyName) ?? [];
  const inline = role.inlinePolicies?.map((name) => `${name} (inline)`) ?? [];
  const granted =
    role.policies === undefined ? "could not be read" : [...policies, ...inline].join(", ") || "none";
  return [
    line`  ${color.bold(role.role)}`,
    ...aligned(
      [
        ["by", `${way}${role.annotated && role.chosen === undefined ? ", as annotated" : ""}`],
        ["allowed", statements === "" ? when : `${when}, by ${statements}`],
        ["policies", granted],
        ...(typeof role.boundary === "string" ? [["boundary", role.boundary] as const] : []),
        ...(role.sessionPolicy === undefined ? [] : sessionPolicyRows(role.sessionPolicy)),
      ],
      "      ",
    ),
  ];
}

/** What can be assumed with one of the roles; administrators first. */
function chainLines({ chains }: WhatCan, color: Styles): Piece[] {
  if (chains.length === 0) return [];
  const shown = chains.toSorted((one, other) => rankOf(one) - rankOf(other)).slice(0, SHOWN);
  const rows = shown.map(({ roles, verdict, unknownKeys, isAdministrator }) => [
    roleChainText(roles),
    verdict === "allow"
      ? "yes"
      : `depends on ${unknownKeys.length === 0 ? "what is not known" : listText(unknownKeys)}`,
    isAdministrator === null ? "policies not read" : isAdministrator ? color.red("administrator access") : "",
  ]);
  const more = chains.length - shown.length;
  return [
    "",
    line`  ${color.bold("Roles that can be assumed with these")}`,
    ...table(rows, "      "),
    ...(more > 0 ? [`      … and ${more} more; use -o json to list all`] : []),
  ];
}

function rankOf({ isAdministrator }: WhatCan["chains"][number]): number {
  return isAdministrator === true ? 0 : isAdministrator === null ? 1 : 2;
}

/** What both the policies and the session policy allow is allowed; the latter, a row for each statement. */
function sessionPolicyRows(policy: string): (readonly [string, string])[] {
  return sessionPolicyTexts(policy).map((text, at) => [at === 0 ? "limited to" : "", text]);
}
