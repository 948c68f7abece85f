import type { RoleArn } from "../model/arn.ts";
import type { Change } from "../model/change.ts";
import type { Failure } from "../model/failure.ts";
import type { Role } from "../model/iam-objects.ts";
import type { Known } from "../model/known.ts";
import type { Pod, ServiceAccount } from "../model/kubernetes-objects.ts";
import type { PodIdentityAssociation } from "../model/pod-identity.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import type { WayName } from "../model/way.ts";

/** How far one run may go: putting the new way in place is always allowed. */
export interface Reach {
  /** The way to move to. */
  readonly goal: WayName;
  /** Restart the workloads whose pods still run the former way (`--restart`). */
  readonly restart: boolean;
  /** Remove the former way where no pod uses it (`--finish`). */
  readonly finish: boolean;
}

/** What lock files and SBOMs say of the AWS SDKs in the pods of a ServiceAccount. */
export interface SdkEvidence {
  /** The packages that are too old for EKS Pod Identity, each with its file. */
  readonly tooOld: readonly string[];
  /** True if there are AWS SDKs, and all are certainly new enough. */
  readonly isWhole: boolean;
}

/** What was found of one ServiceAccount. */
export interface Subject {
  readonly ref: ServiceAccountRef;
  /** `undefined` if it does not exist. */
  readonly serviceAccount: ServiceAccount | undefined;
  readonly association: PodIdentityAssociation | undefined;
  /** The role of the association or of the annotation, by its ARN. */
  readonly role: (arn: RoleArn) => Known<Role | undefined>;
  /** Its pods that have not ended. */
  readonly pods: readonly Pod[];
  /** `undefined` if no file was given for it. */
  readonly sdks: SdkEvidence | undefined;
  /** Whether we may patch ServiceAccounts in its namespace; unknown where the API server does not say. */
  readonly mayPatch: Known<boolean>;
}

/** What is left to do after the changes of the row. `wait`: something else has to happen first. */
export type Next = "restart" | "finish" | "wait" | "done";

/** One ServiceAccount: what can be done safely now, and what comes next; or why nothing can be done. */
export type MigrationRow = PlannedMigration | FailedMigration;

/** A ServiceAccount that is on its way. */
export interface PlannedMigration {
  readonly state: "planned";
  readonly serviceAccount: ServiceAccountRef;
  readonly role: RoleArn | undefined;
  readonly changes: readonly Change[];
  readonly next: Next;
  /** What has to happen first, as half a sentence. */
  readonly waitsFor?: string;
  /** The changes take the former way away, or pods from it: the way to move to is to be proved before. */
  readonly relies: boolean;
  /** How that was tried. */
  readonly proof?: WayProof;
  /** Its pods by the way that they run with now. */
  readonly pods: Readonly<Record<WayName, number>>;
}

/** Whether a token of the ServiceAccount was exchanged for credentials of its role by the way to move to, or why it was not tried. */
export type WayProof =
  | { readonly state: "accepted" }
  | { readonly state: "not-tried"; readonly reason: string };

/** A ServiceAccount that is left alone. */
export interface FailedMigration {
  readonly state: "failed";
  readonly serviceAccount: ServiceAccountRef;
  readonly failure: Failure;
}
