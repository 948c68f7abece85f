import { Problems } from "../model/problems.ts";
import {
  parseNamespaceName,
  type NamespaceName,
  type ServiceAccountName,
} from "../model/service-account-ref.ts";
import { chainsJson } from "../output/chain-json.ts";
import { chainLines, chainTable } from "../output/chain-text.ts";
import { progressOn } from "../output/progress.ts";
import { surroundingsLines } from "../output/plan-text.ts";
import type { ChainReport, Subject } from "../verification/chain.ts";
import { look, seen } from "../verification/seen.ts";
import type { Sources } from "../verification/sources.ts";
import { parseSubject } from "../verification/subject.ts";
import { listSubjects, verifyChains } from "../verification/verify-many.ts";
import type { CommandContext } from "./command-context.ts";
import { openSession, type Session } from "./session.ts";
import type { VerifyFlags } from "./verify.ts";

/** How long STS may need to learn of a change that was made just before. */
const PATIENCE_MS = 5_000;

/** What is asked about: these, or all of a namespace, or of the cluster. */
type Ask = { readonly subjects: readonly Subject[] } | { readonly namespace: NamespaceName | undefined };

/** The run of `verify`: observe, judge, answer. */
export async function runVerify(
  texts: readonly string[],
  flags: VerifyFlags,
  context: CommandContext,
): Promise<void> {
  const ask = parseAsk(texts, flags);
  const session = await openSession(flags, context.terminal, false);
  try {
    const sources = await sourcesOf(session, ask);
    const reports = await judge(ask, sources, context);
    answer(reports, "subjects" in ask, session, flags, context);
    context.exitWith(exitCodeOf(reports, flags));
  } finally {
    session.close();
  }
}

function parseAsk(texts: readonly string[], { namespace, all }: VerifyFlags): Ask {
  const problems = new Problems();
  const subjects = problems.all("subject", texts, parseSubject);
  const within = problems.maybe("--namespace", namespace, parseNamespaceName);
  const ways = [texts.length > 0, all === true, namespace !== undefined].filter(Boolean).length;
  if (ways === 0)
    problems.note("subject", "", "is missing: namespace/account, kind/namespace/name, --namespace or --all");
  if (ways > 1)
    problems.note("subject", texts.join(" "), "can't go with --all or --namespace: give one of them");
  problems.throwIfAny();
  return texts.length > 0 ? { subjects } : { namespace: within };
}

async function sourcesOf(session: Session, ask: Ask): Promise<Sources> {
  const api = await look(() => session.kubernetes(provingAccount(ask)));
  const { aws, cluster, reach } = session;
  if (api.state === "unknown" && api.failure.kind === "refused") throw api.failure;
  return { aws, kubernetes: api, cluster: seen(cluster), reach };
}

/** The account whose token may prove a kubeconfig to be the cluster's. */
function provingAccount(ask: Ask) {
  const [first] = "subjects" in ask ? ask.subjects : [];
  const name = (first?.kind === "serviceaccount" ? first.name : "default") as ServiceAccountName;
  return { namespace: first?.namespace ?? ("default" as NamespaceName), name };
}

async function judge(ask: Ask, sources: Sources, context: CommandContext): Promise<readonly ChainReport[]> {
  const { terminal, signal } = context;
  const progress = progressOn(terminal);
  progress.begin("looking");
  try {
    const subjects = "subjects" in ask ? ask.subjects : await listSubjects(sources, ask.namespace);
    const onDone = (done: number): void => progress.update(`looking (${done} of ${subjects.length})`);
    return await verifyChains(subjects, sources, { patienceMs: PATIENCE_MS, signal, onDone });
  } finally {
    progress.stop();
  }
}

function answer(
  reports: readonly ChainReport[],
  named: boolean,
  { surroundings }: Session,
  { output }: VerifyFlags,
  { terminal: { print, out, say, err } }: CommandContext,
): void {
  if (output === "json") return print(JSON.stringify(chainsJson(reports), null, 2));
  if (named && reports.length === 1) {
    say("");
    surroundingsLines(surroundings, err).forEach(say);
  }
  print("");
  if (reports.length === 0) return print("  No account names a role.");
  const lines = named ? reports.flatMap((report) => chainLines(report, out)) : chainTable(reports, out);
  lines.forEach(print);
}

function exitCodeOf(reports: readonly ChainReport[], { strict }: VerifyFlags): number {
  if (reports.some(({ verdict }) => verdict === "broken")) return 3;
  return strict === true && reports.some(({ verdict }) => verdict === "unproven") ? 1 : 0;
}
