import type { AccessGraph } from "../../model/access-graph.ts";
import type { ReportedFinding } from "../../model/audit-report.ts";

/** What fixes a finding: a command as it is pasted into a shell, or a sentence. */
interface ShownRemedy {
  readonly kind: "command" | "advice";
  readonly text: string;
}

/** A finding as the page shows it. */
export interface ShownFinding extends Omit<ReportedFinding, "remedy"> {
  readonly remedy: ShownRemedy;
}

/** A graph as the page shows it: its commands are quoted, which the page can't do. */
export interface ShownGraph extends Omit<AccessGraph, "findings"> {
  readonly findings: readonly ShownFinding[];
}
