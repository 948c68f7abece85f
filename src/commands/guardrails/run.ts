import { guardrailsOf } from "../../audit/guardrails/guardrails.ts";
import { readTextFile } from "../../files/read-file.ts";
import { reasonOf } from "../../files/reason.ts";
import { partitionOf, type ProviderArn } from "../../model/arn.ts";
import { EXIT_CODES, Failure } from "../../model/failure.ts";
import { hostPath, parseIssuerUrl, type IssuerHostPath } from "../../model/issuer.ts";
import { LIMITS } from "../../model/limits.ts";
import { Problems, valid, type Parsed } from "../../model/problems.ts";
import { issuerOf } from "../../model/trust-policy/request.ts";
import { guardrailsLines, guardrailsResult } from "../../output/guardrails.ts";
import { during } from "../../output/progress.ts";
import type { CommandContext } from "../command-context.ts";
import { connectAwsAccount } from "../shared/session/session.ts";
import type { GuardrailsFlags } from "./flags.ts";

/** The run of `guardrails`: read the AWS account, make the policies, judge, print. */
export async function runGuardrails(flags: GuardrailsFlags, context: CommandContext): Promise<void> {
  const { terminal, envelope } = context;
  const given = await givenIssuers(flags);
  await context.organization();
  const aws = await connectAwsAccount({ ...flags, adaptiveRetry: true }, flags.region, context);
  try {
    const [caller, overrides] = await Promise.all([aws.sts.getCaller(), aws.overrides()]);
    envelope.identify({ caller: caller.arn, overrides });
    const reading = Promise.all([aws.iam.listRoles(), aws.iam.listProviders()]);
    const [roles, providers] = await during(terminal, "reading IAM", reading);
    const { issuers, leftOut } = given.length > 0 ? { issuers: given, leftOut: [] } : issuersOf(providers);
    if (issuers.length === 0) throw noIssuers(caller.awsAccount);
    const judged = guardrailsOf({
      awsAccount: caller.awsAccount,
      partition: partitionIn(caller.arn, providers),
      issuers,
      level: flags.subjects,
      roles,
      providers,
    });
    const answer = { ...judged, leftOut };
    if (flags.output === "json") terminal.print(envelope.answer({ result: guardrailsResult(answer) }));
    else guardrailsLines(answer, terminal.out).forEach(terminal.print);
    const isIncomplete = answer.losing.length > 0 || answer.notJudged.length > 0;
    context.exitWith(isIncomplete ? EXIT_CODES.findings : 0);
  } finally {
    aws.close();
  }
}

async function givenIssuers({
  issuer = [],
  issuerFile,
}: GuardrailsFlags): Promise<readonly IssuerHostPath[]> {
  const problems = new Problems();
  const given = problems.all("--issuer", issuer, parseIssuer);
  const inFile = issuerFile === undefined ? [] : await issuersInFile(issuerFile, problems);
  problems.throwIfAny();
  return [...given, ...inFile];
}

async function issuersInFile(file: string, problems: Problems): Promise<readonly IssuerHostPath[]> {
  try {
    const text = await readTextFile(file, { maxBytes: LIMITS.organizationBytes });
    const lines = text.split(/\r?\n/).map((one) => one.replace(/^\s*#.*/, "").trim());
    const issuers = lines.flatMap((one, at): readonly IssuerHostPath[] => {
      if (one === "") return [];
      const parsed = parseIssuer(one);
      if (parsed.ok) return [parsed.value];
      // The line is not quoted: it may be of a file that was not meant.
      problems.note("--issuer-file", file, `line ${at + 1}: ${parsed.problem}`);
      return [];
    });
    if (lines.every((one) => one === "")) problems.note("--issuer-file", file, "has no issuers");
    return issuers;
  } catch (error) {
    problems.note("--issuer-file", file, `can't be read: ${reasonOf(error)}`);
    return [];
  }
}

const PROVIDER_ARN = /^arn:aws[a-z0-9-]*:iam::\d{12}:oidc-provider\//;

/** As IAM compares them in condition keys, upper case or not. */
function parseIssuer(text: string): Parsed<IssuerHostPath> {
  const url = PROVIDER_ARN.test(text) ? `https://${issuerOf(text)}` : text;
  const parsed = parseIssuerUrl(url);
  return parsed.ok ? valid(hostPath(parsed.value)) : parsed;
}

/** The issuers of an AWS account, and the providers whose URLs are none that could be in a policy. */
function issuersOf(providers: readonly ProviderArn[]) {
  const each = providers.map((arn) => ({ arn, parsed: parseIssuer(arn) }));
  return {
    issuers: each.flatMap(({ parsed }) => (parsed.ok ? [parsed.value] : [])),
    leftOut: each.filter(({ parsed }) => !parsed.ok).map(({ arn }) => arn),
  };
}

function partitionIn(caller: string, [provider]: readonly ProviderArn[]): string {
  return provider === undefined ? (caller.split(":")[1] ?? "aws") : partitionOf(provider);
}

function noIssuers(awsAccount: string): Failure {
  return new Failure("input", "invalid-input", `AWS account ${awsAccount} has no OIDC providers`, {
    advice: "Give the known issuers with --issuer or --issuer-file.",
  });
}
