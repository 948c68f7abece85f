import { evaluate, evaluateAgain, type Evaluation } from "../audit/evaluation.ts";
import { observe, type Observed } from "../audit/observe.ts";
import { reportOn, type Asked } from "../audit/report.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { look } from "../model/known.ts";
import type { AuditReport } from "../model/audit-report.ts";
import type { Changes } from "./changes.ts";
import type { RecordingPorts } from "./chains.ts";
import { awsAccountFacts, type AwsAccountFacts } from "./aws-account.ts";
import { isWithin } from "./clock.ts";
import { KEYS } from "./mirror.ts";

/** What an audit finds in the snapshot. */
export interface LiveReport {
  readonly observed: Observed;
  readonly report: AuditReport;
  /** What could not be read. */
  readonly gaps: readonly string[];
  readonly awsAccount: AwsAccountFacts;
}

/** An audit that is made again only for a reason; for pods that come, go and change only what depends on them. */
export interface LiveAudit {
  /** @param force whether something may be different that touches no key: a source, or the time */
  readonly check: (force: boolean) => Promise<LiveReport>;
  /** The reads that it depends on, by key. */
  readonly usedKeys: () => ReadonlySet<string>;
}

/** Findings can come with time alone, such as of a role that has been unused for 90 days. */
const LONGEST_MS = 3_600_000;

/** Nothing is audited yet. */
export function liveAudit(
  ports: RecordingPorts,
  cluster: ClusterWithIssuer,
  asked: Asked,
  changes: Changes,
  now: () => number,
  withQuotas = false,
): LiveAudit {
  let last: Audited | undefined;
  const answerOf = (
    evaluation: Evaluation,
    { gaps, awsAccount }: Pick<LiveReport, "gaps" | "awsAccount">,
  ): LiveReport => {
    const { observed } = evaluation;
    return { observed, report: reportOn(evaluation, asked), gaps, awsAccount };
  };
  const whole = async (): Promise<Audited> => {
    const keys = new Set<string>();
    const record = (key: string): void => void keys.add(key);
    const readAt = changes.present();
    const aws = ports.aws(record);
    const { eks, ec2 } = aws;
    const source = { cluster, eks, ec2, kubernetes: async () => ports.kubernetes(record) };
    const [observed, summary] = await Promise.all([
      observe(aws, [source], new Date(now())),
      withQuotas ? look(() => aws.iam.getAccountSummary()) : undefined,
    ]);
    const gaps = observed.inventory.gaps.map(({ what }) => what);
    const evaluation = evaluate(observed, asked);
    const answer = answerOf(evaluation, { gaps, awsAccount: awsAccountFacts(observed, summary) });
    return { answer, evaluation, keys, readAt, at: now() };
  };
  const withPods = async (before: Audited): Promise<Audited> => {
    const readAt = changes.present();
    const pods = await look(() => ports.kubernetes(() => undefined).listPodSummaries(undefined));
    if (pods.state === "unknown") return whole();
    const evaluation = evaluateAgain(before.evaluation, () => pods.value, new Date(now()), asked);
    return { ...before, evaluation, answer: answerOf(evaluation, before.answer), readAt };
  };
  return {
    check: async (force) => {
      const isCurrent =
        last !== undefined &&
        !force &&
        isWithin(LONGEST_MS, last.at, now()) &&
        !changes.isTouched([KEYS.audited, ...last.keys], last.readAt);
      if (last === undefined || !isCurrent) last = await whole();
      else if (changes.isTouched([KEYS.auditedPods], last.readAt)) last = await withPods(last);
      return last.answer;
    },
    usedKeys: () => last?.keys ?? new Set(),
  };
}

/** An audit, and what it depends on. */
interface Audited {
  readonly answer: LiveReport;
  readonly evaluation: Evaluation;
  readonly keys: ReadonlySet<string>;
  /** The state of changes before it was read. */
  readonly readAt: number;
  /** When all of it was read. */
  readonly at: number;
}
