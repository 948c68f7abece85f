import { Failure } from "../../../model/failure.ts";
import type { TargetRecord } from "../../../model/target-record.ts";

/** When no further AWS account or cluster is begun: after too many failures, or an interruption. */
export class StopRule {
  readonly #failed = new Set<string>();
  readonly #most: number;
  readonly #signal: AbortSignal;

  /** @param most AWS accounts that may fail */
  constructor(most: number, signal: AbortSignal) {
    this.#most = most;
    this.#signal = signal;
  }

  /** Counts an AWS account in which something was not completed. */
  add(awsAccount: string): void {
    this.#failed.add(awsAccount);
  }

  /** Counts a target of which something is missing. */
  addRecord({ awsAccount, missing }: TargetRecord): void {
    if (missing.length > 0) this.add(awsAccount);
  }

  /** @throws Failure `not-started` where nothing more is to be begun */
  requireStart(): void {
    if (this.#signal.aborted)
      throw new Failure("failed", "not-started", "not started: the run was interrupted");
    const { size } = this.#failed;
    if (size <= this.#most) return;
    const failed = size === 1 ? "1 AWS account has failed" : `${size} AWS accounts have failed`;
    throw new Failure("failed", "not-started", `not started: ${failed} (--max-failures ${this.#most})`);
  }
}
