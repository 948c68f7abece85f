import type { ServiceAccountRef } from "./service-account-ref.ts";

/** Something about a ServiceAccount, as a Kubernetes Event tells it. */
export interface ServiceAccountEvent {
  readonly serviceAccount: ServiceAccountRef;
  /** The same for the same thing in every run, so that a run that is started again does not tell it twice. */
  readonly name: string;
  readonly type: "Normal" | "Warning";
  /** What happened, in one word, as `RoleGone`. */
  readonly reason: string;
  /** What was done when it was noticed, as `Audit`. */
  readonly action: string;
  readonly note: string;
  /** It was there before this run began: nothing is counted if it is told already. */
  readonly isOld: boolean;
}
