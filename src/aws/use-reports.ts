import type { RoleArn } from "../model/arn.ts";
import type { LastAccessed } from "../model/last-accessed.ts";

/** IAM's reports of what roles used, a part of `IamPort`. */
export interface UseReports {
  /** Has IAM write a report of what the role used, by service and action, and gives its id (GenerateServiceLastAccessedDetails). */
  getUseReport(role: RoleArn): Promise<string>;
  /**
   * The report; `undefined` as long as it is being written.
   * @throws Failure `use-report-failed` if IAM could not write it
   */
  getLastAccessed(reportId: string): Promise<LastAccessed | undefined>;
}
