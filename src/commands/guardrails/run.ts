import { guardrailsOf } from "../../audit/guardrails/guardrails.ts";
import { readTextFile } from "../../files/read-file.ts";
import { reasonOf } from "../../files/reason.ts";
import { partitionOf, type ProviderArn } from "../../model/arn.ts";
import { EXIT_CODES, Failure } from "../../model/failure.ts";
import { hostPath, parseIssuerUrl, type IssuerHostPath } from "../../model/issuer.ts";
import { LIMITS } from "../../model/limits.ts";
import { invalid, Problems, valid, type Parsed } from "../../model/problems.ts";
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
    const issuers = given.length > 0 ? given : providers.map(issuerOfProvider);
    if (issuers.length === 0) throw noIssuers(caller.awsAccount);
    const answer = guardrailsOf({
      awsAccount: caller.awsAccount,
      partition: partitionIn(caller.arn, providers),
      issuers,
      level: flags.subjects,
      roles,
      providers,
    });
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
    const issuers = problems.all(
      file,
      lines.filter((one) => one !== ""),
      parseIssuer,
    );
    if (issuers.length === 0) problems.note("--issuer-file", file, "has no issuers");
    return issuers;
  } catch (error) {
    problems.note("--issuer-file", file, `can't be read: ${reasonOf(error)}`);
    return [];
  }
}

const PROVIDER_ARN = /^arn:aws[a-z0-9-]*:iam::\d{12}:oidc-provider\//;

/** As IAM compares them in condition keys, upper case or not. A wildcard would make a policy of all issuers. */
function parseIssuer(text: string): Parsed<IssuerHostPath> {
  const url = PROVIDER_ARN.test(text) ? `https://${issuerOf(text)}` : text;
  const parsed = parseIssuerUrl(url);
  if (!parsed.ok) return parsed;
  const issuer = hostPath(parsed.value);
  return /^[\w./~%-]+$/.test(issuer) ? valid(issuer) : invalid("has characters that no issuer has");
}

function issuerOfProvider(arn: ProviderArn): IssuerHostPath {
  return issuerOf(arn) as IssuerHostPath;
}

function partitionIn(caller: string, [provider]: readonly ProviderArn[]): string {
  return provider === undefined ? (caller.split(":")[1] ?? "aws") : partitionOf(provider);
}

function noIssuers(awsAccount: string): Failure {
  return new Failure("input", "invalid-input", `AWS account ${awsAccount} has no OIDC providers`, {
    advice: "Give the known issuers with --issuer or --issuer-file.",
  });
}
