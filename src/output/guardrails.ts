import { awsWords } from "../model/aws-words.ts";
import { counted } from "../model/counted.ts";
import {
  GUARDRAIL_LIMITS,
  type GuardrailPolicy,
  type Guardrails,
  type GuardrailsAnswer,
} from "../model/guardrails.ts";
import { aligned, table } from "./columns.ts";
import { commandLine } from "./command-text.ts";
import { jsonText } from "./json.ts";
import { line, type Piece, type Styles } from "./line.ts";

/** The result of `guardrails` (docs/json.md). */
export function guardrailsResult(answer: GuardrailsAnswer): object {
  const { awsAccount, level, issuers, leftOut, policies, losing, kept, notJudged } = answer;
  return {
    awsAccount,
    subjects: level,
    issuers,
    leftOut,
    policies: policies.map((one) => ({ ...one, limit: GUARDRAIL_LIMITS[one.type].characters })),
    losing,
    kept,
    notJudged,
  };
}

const WORDS = {
  RESOURCE_CONTROL_POLICY: "Resource control policy",
  SERVICE_CONTROL_POLICY: "Service control policy",
};

/** The policies as `aws organizations create-policy` takes them, and who would lose access. */
export function guardrailsLines(answer: GuardrailsAnswer, color: Styles): Piece[] {
  const { awsAccount, level, issuers, leftOut, policies } = answer;
  const without = issuers.filter(({ subjects }) => subjects.length === 0);
  return [
    "",
    ...aligned([
      ["AWS account", awsAccount],
      ["issuers", String(issuers.length)],
      ["subjects", level],
    ]),
    ...policies.flatMap((policy) => policyLines(policy, color)),
    ...without.map(
      ({ issuer }) =>
        line`  ${color.yellow("!")} No subjects of ${issuer} are pinned: all of its tokens are denied`,
    ),
    ...leftOut.map(
      (arn) =>
        line`  ${color.yellow("!")} Not a known issuer: a policy would read the URL of ${arn} as a pattern`,
    ),
    "",
    ...losingLines(answer, color),
  ];
}

function policyLines({ type, name, document, size }: GuardrailPolicy, color: Styles): Piece[] {
  return [
    "",
    line`  ${color.bold(`${WORDS[type]} ${name}`)} (${size} of ${GUARDRAIL_LIMITS[type].characters} characters)`,
    "",
    commandLine(
      awsWords(["organizations", "create-policy"], {
        Type: type,
        Name: name,
        Description: "Web identity of known issuers and subjects",
        Content: jsonText(document, 0),
      }),
    ),
  ];
}

function losingLines({ losing, kept, notJudged }: Guardrails, color: Styles): Piece[] {
  const rows = losing.map(({ role, issuer, subject, because }): Piece[] => [
    role,
    subject === "*" ? "any subject" : subject,
    issuer,
    because === "unknownIssuer" ? "unknown issuer" : "subject not pinned",
  ]);
  return [
    losing.length === 0
      ? line`  Nobody would lose access (${counted(kept, "caller")} in the trust policies of this AWS account)`
      : line`  ${color.red(`${counted(losing.length, "caller")} would lose access`)}, ${kept} would not:`,
    ...table(rows),
    ...notJudged.map(
      (role) =>
        line`  ${color.yellow("!")} Not judged: the trust policy of ${role} can't be evaluated in full`,
    ),
  ];
}
