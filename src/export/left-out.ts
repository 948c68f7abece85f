import { grouped } from "../model/grouped.ts";
import type { Note } from "../model/plan.ts";

/** Something live that is not part of an export. */
export interface Left {
  readonly what: string;
  readonly why: "unmanaged" | "not-created" | "unconfirmed" | "add-on" | "tool";
  /** The tool that manages it. */
  readonly tool?: string;
}

const WHY: Readonly<Record<Left["why"], string>> = {
  unmanaged: "not managed by irsa",
  "not-created": "not created by irsa",
  unconfirmed: "only its tags and trust policy link it to the ServiceAccount",
  "add-on": "an EKS add-on manages it",
  tool: "managed by",
};

/** One note for each reason. */
export function leftNotes(left: readonly Left[]): Note[] {
  const groups = grouped(left, ({ why, tool }) => (tool === undefined ? WHY[why] : `${WHY[why]} ${tool}`));
  return [...groups].map(([why, all]): Note => {
    const names = all.map(({ what }) => what);
    const shown = names.length > 10 ? [...names.slice(0, 10), `and ${names.length - 10} more`] : names;
    return {
      level: "warning",
      code: "not-exported",
      message: `not part of the export (${why}): ${shown.join(", ")}`,
    };
  });
}
