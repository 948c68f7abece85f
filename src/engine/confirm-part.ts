import type { Role } from "../model/iam-objects.ts";
import type { Note } from "../model/plan.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import type { WriteState } from "./confirm.ts";

/** One part of a role that is read, changed and written whole. */
export interface Part {
  readonly compare: (now: Role, patience: "left" | "over") => WriteState;
  readonly notes: () => readonly Note[];
  readonly replaced?: () => PolicyDocument;
}

/** A warning of what was noticed on the way. */
export function note(code: string, message: string): Note {
  return { level: "warning", code, message };
}
