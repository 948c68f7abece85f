import { attempting } from "../../audit/attempt.ts";
import type { Gap } from "../../audit/inventory.ts";
import { notRead } from "../../audit/who-can.ts";
import type { Aws } from "../../aws/clients.ts";
import { SYSTEM_CLOCK } from "../../engine/clock.ts";
import type { RoleArn } from "../../model/arn.ts";
import type { NarrowAnswer } from "../../model/narrowed.ts";
import { taggedServiceAccount } from "../../model/ownership-tags.ts";
import { ACTION_NAMES_DATE, publishedActionNames } from "../../narrow/action-names.ts";
import { narrowCommands } from "../../narrow/commands.ts";
import type { AskedFor } from "../../narrow/manager.ts";
import { narrowPolicies } from "../../narrow/narrow-policies.ts";
import { observeUse, type ObservedUse } from "../../narrow/observe.ts";
import { periodOf } from "../../narrow/period.ts";
import { indexUse } from "../../narrow/use.ts";
import { jsonText } from "../../output/json.ts";
import { narrowResult } from "../../output/narrow-json.ts";
import { DEFAULT_FILE, narrowLines, proposedPolicyLines } from "../../output/narrow-text.ts";
import { during } from "../../output/progress.ts";
import type { CommandContext } from "../command-context.ts";
import { requireWritable, writeAnswer } from "../shared/answer-file.ts";
import { requireRole } from "../shared/asked-role.ts";
import { incompleteCode } from "../shared/session/incomplete.ts";
import { connectAwsAccount, openSession } from "../shared/session/session.ts";
import type { NarrowFlags } from "./flags.ts";
import { parseSubject, roleOfServiceAccount, type NarrowSubject } from "./subject.ts";

/** The run of `narrow`: find the role, read its policies and what it used, propose. */
export async function runNarrow(text: string, flags: NarrowFlags, context: CommandContext): Promise<void> {
  const { terminal, envelope } = context;
  const subject = parseSubject(text);
  await requireWritable(flags.file);
  const found = await openSubject(subject, flags, context);
  try {
    const gaps: Gap[] = [];
    const { sleep } = context.clock ?? SYSTEM_CLOCK;
    const wait = (milliseconds: number) => sleep(milliseconds, context.signal);
    const reading = found
      .role()
      .then((role) => observeUse(role, { iam: found.aws.iam, wait, asked: found.asked }, attempting(gaps)));
    const observed = await during(terminal, "reading the role and what it used", reading);
    const answer = answerOf(observed, { ...found, file: flags.file ?? DEFAULT_FILE, gaps });
    const { document } = answer;
    if (flags.file !== undefined && document !== undefined)
      await writeAnswer(flags.file, `${jsonText(document, 2)}\n`);
    if (flags.output === "json") terminal.print(envelope.answer({ result: narrowResult(answer) }));
    else if (flags.file === undefined) proposedPolicyLines(answer).forEach(terminal.print);
    if (flags.output !== "json") narrowLines(answer, flags.file, terminal.err).forEach(terminal.say);
    context.exitWith(incompleteCode(gaps));
  } finally {
    found.close();
  }
}

/** The AWS account with the role. */
interface OpenSubject {
  readonly aws: Aws;
  /** `undefined` for a role by its name. */
  readonly asked: AskedFor | undefined;
  /** The flags that lead here again. */
  readonly flags: readonly string[];
  role(): Promise<RoleArn>;
  close(): void;
}

/** A role by its name needs no cluster. */
async function openSubject(
  subject: NarrowSubject,
  flags: NarrowFlags,
  context: CommandContext,
): Promise<OpenSubject> {
  if (subject.kind === "ServiceAccount") {
    const { serviceAccount } = subject;
    const session = await openSession(flags, context, false);
    return {
      aws: session.aws,
      asked: { serviceAccount, cluster: session.cluster },
      flags: session.clusterFlags,
      role: () => roleOfServiceAccount(serviceAccount, session),
      close: () => session.close(),
    };
  }
  await context.organization();
  const aws = await connectAwsAccount(flags, flags.region, context);
  return {
    aws,
    asked: undefined,
    flags: flags.profile === undefined ? [] : ["--profile", flags.profile],
    role: async () => {
      const [caller, overrides] = await Promise.all([aws.sts.getCaller(), aws.overrides()]);
      context.envelope.identify({ caller: caller.arn, overrides });
      return (await requireRole(subject, caller.awsAccount, aws.iam)).arn;
    },
    close: () => aws.close(),
  };
}

function answerOf(
  { role, details, policies, use, manager }: ObservedUse,
  {
    asked,
    flags,
    file,
    gaps,
  }: Pick<OpenSubject, "asked" | "flags"> & { readonly file: string; readonly gaps: readonly Gap[] },
): NarrowAnswer {
  const narrowing = narrowPolicies(policies, { use: indexUse(use), names: publishedActionNames() });
  return {
    ...narrowing,
    role,
    serviceAccount: asked?.serviceAccount ?? manager?.serviceAccount,
    isManaged: manager !== undefined,
    claimed: taggedServiceAccount(details),
    period: periodOf(use, details.createdAt),
    services: use.services,
    namesAsOf: ACTION_NAMES_DATE,
    commands: narrowCommands({ ...narrowing, role, manager, file, flags }),
    notRead: notRead(gaps),
  };
}
