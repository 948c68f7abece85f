import { observe, type Observed } from "../audit/observe.ts";
import { reportOf, type Asked } from "../audit/report.ts";
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

/** An audit that is made again only for a reason. */
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
  let keys = new Set<string>();
  let last: { readonly answer: LiveReport; readonly readAt: number; readonly at: number } | undefined;
  return {
    check: async (force) => {
      const isCurrent =
        last !== undefined &&
        !force &&
        isWithin(LONGEST_MS, last.at, now()) &&
        !changes.isTouched([KEYS.audited, ...keys], last.readAt);
      if (last !== undefined && isCurrent) return last.answer;
      const used = new Set<string>();
      const record = (key: string): void => void used.add(key);
      const readAt = changes.present();
      const aws = ports.aws(record);
      const { eks, ec2 } = aws;
      const source = { cluster, eks, ec2, kubernetes: async () => ports.kubernetes(record) };
      const [observed, summary] = await Promise.all([
        observe(aws, [source], new Date(now())),
        withQuotas ? look(() => aws.iam.getAccountSummary()) : undefined,
      ]);
      const answer = {
        observed,
        report: reportOf(observed, asked),
        gaps: observed.inventory.gaps.map(({ what }) => what),
        awsAccount: awsAccountFacts(observed, summary),
      };
      keys = used;
      last = { answer, readAt, at: now() };
      return answer;
    },
    usedKeys: () => keys,
  };
}
