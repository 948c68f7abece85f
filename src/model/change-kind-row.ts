import type { Attribute } from "./attributes.ts";
import type { Target } from "./change-targets.ts";
import type { Change } from "./change.ts";
import type { PolicyDocument } from "./trust-policy/document.ts";

/** The effect on the change's target. */
export type Effect = "create" | "change" | "remove";

/** What builds on what: each layer on those before it. */
export const LAYERS = [
  "addon",
  "provider",
  "role",
  "stack",
  "attachment",
  "association",
  "namespace",
  "service-account",
  "workload",
] as const;

/** A layer, such as `attachment`: what is attached to a role. */
export type Layer = (typeof LAYERS)[number];

/** A right that a change of the cluster needs, as RBAC names verb and resource. */
export type ClusterRight =
  | "create namespaces"
  | "create serviceaccounts"
  | "patch serviceaccounts"
  | "delete serviceaccounts";

/** A text that a plan shows below its target: a policy document before and after, or a template. */
export type ShownDocument =
  | { readonly before?: PolicyDocument; readonly after?: PolicyDocument }
  | { readonly template: string };

/** What is said while a change is being applied, and once it is. */
export interface Progress {
  readonly doing: string;
  readonly done: string;
}

/** All that is known of a kind of change, but how it is planned and applied. */
export type ChangeKindRow<One extends Change> = Words<One> & Place;

interface Words<One extends Change> {
  /** What it does to its target; an attachment, an inline policy and the like change their role. */
  readonly effect: Effect;
  /** What it touches; changes of one target are shown together. */
  readonly target: (change: One) => Target;
  /** How the plan shows it, below its target. */
  readonly attributes: (change: One) => readonly Attribute[];
  readonly documents?: (change: One) => readonly ShownDocument[];
  readonly progress: Progress | ((change: One) => Progress);
  /** How a plan of many objects shows it, among others on one line. */
  readonly summary: (change: One) => string;
}

/** Where it stands, and what that requires. */
type Place =
  | {
      readonly layer: "addon" | "provider" | "role" | "stack" | "association" | "workload";
      readonly quota?: never;
      readonly right?: never;
    }
  | {
      readonly layer: "attachment";
      /** Its part in the quotas of its role: whether the role is given something, or something is taken from it. */
      readonly quota: "gives" | "takes";
      readonly right?: never;
    }
  | {
      readonly layer: "namespace" | "service-account";
      /** What the API server is asked for before the plan is shown. */
      readonly right: ClusterRight;
      readonly quota?: never;
    };
