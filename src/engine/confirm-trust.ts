import type { IamPort, Receipt } from "../aws/port.ts";
import { Failure } from "../model/failure.ts";
import type { Role } from "../model/iam-objects.ts";
import type { Note } from "../model/plan.ts";
import type { PolicyDocument, Statement } from "../model/trust-policy/document.ts";
import { mergeTrust } from "../model/trust-policy/merge-trust.ts";
import { canonicalJson, sameDocument } from "../model/trust-policy/same.ts";
import { note, type Part } from "./confirm-part.ts";
import type { Terms } from "./confirm.ts";
import { onceVisible } from "./once-visible.ts";
import { watchWrite } from "./watch-write.ts";

/** The trust policy of an edited role: where someone else wrote over it, both edits are merged and written again. */
export function trustPart(
  { name, trust: base }: Role,
  edit: TrustEdit,
  iam: IamPort,
  receipts: Receipt[],
  terms: Terms,
): Part {
  /** What was there at some time before our last write: IAM may go on showing it for a while. */
  const passed = new Set([canonicalJson(base)]);
  let [wanted, written, replaced, merges] = [edit.after, edit.after, base, 0];
  let [isTheirsToo, isContested] = [false, false];
  keep(edit.seen);
  return {
    compare({ trust: now }, patience) {
      const merged = mergeTrust(base, wanted, now);
      if (merged.document === now) {
        isTheirsToo = !sameDocument(now, written);
        return { state: "there" };
      }
      if (passed.has(canonicalJson(now))) return { state: "behind" };
      // An older state, in which something is not yet there, looks as if somebody had removed it.
      const hasGone = merged.theyRemoved.length > 0 || merged.contested.length > 0;
      if (hasGone && patience === "left") return { state: "behind" };
      if (merged.contested.length > 0) throw contested(name, merged.contested);
      return {
        state: "overwritten",
        write: async () => {
          const { receipt, seen } = await writeTrust(name, merged.document, iam, terms);
          receipts.push(receipt);
          passed.add(canonicalJson(written)).add(canonicalJson(now));
          [written, replaced, merges] = [merged.document, now, merges + 1];
          keep(seen);
        },
      };
    },
    notes: () => [
      ...(merges > 0 ? [mergedNote(name, merges)] : []),
      ...(isTheirsToo && merges === 0 ? [alsoNote(name)] : []),
      ...(isContested ? [overwrittenNote(name)] : []),
    ],
    replaced: () => replaced,
  };

  /** What others wrote while our write was on its way, and it has overwritten, is wanted, too. */
  function keep(seen: readonly PolicyDocument[]): void {
    for (const theirs of seen) {
      if (passed.has(canonicalJson(theirs)) || sameDocument(theirs, written)) continue;
      const { document, theyRemoved, contested: both } = mergeTrust(base, wanted, theirs);
      // Removed meanwhile, or not there yet where IAM shows an older state: that is for a person to tell.
      if (theyRemoved.length + both.length === 0) wanted = document;
      else [replaced, isContested] = [theirs, true];
    }
  }
}

/** A trust policy that was written, and those that were there while it was on its way. */
export interface TrustEdit {
  readonly after: PolicyDocument;
  readonly seen: readonly PolicyDocument[];
}

/** Writes a trust policy, and watches what others write meanwhile. */
export async function writeTrust(
  name: string,
  after: PolicyDocument,
  iam: IamPort,
  terms: Terms,
): Promise<TrustEdit & { readonly receipt: Receipt }> {
  const read = async () => (await iam.getRole(name))?.trust;
  const { answer, seen } = await watchWrite(
    onceVisible(() => iam.setTrust(name, after), terms),
    read,
    terms.clock,
  );
  return { receipt: answer, after, seen };
}

function mergedNote(name: string, merges: number): Note {
  const times = merges === 1 ? "" : ` in ${merges} writes`;
  return note(
    "trust-merged",
    `the trust policy of ${name} was changed in the meantime; both changes were merged${times}`,
  );
}

function alsoNote(name: string): Note {
  return note(
    "trust-changed-too",
    `the trust policy of ${name} was also changed in the meantime; both changes are in place`,
  );
}

function overwrittenNote(name: string): Note {
  return note(
    "trust-overwritten",
    `while the trust policy of ${name} was written, IAM showed it without statements that it has now; if they were removed on purpose, remove them again (see --show-documents, or replaced in -o json)`,
  );
}

function contested(name: string, statements: readonly Statement[]): Failure {
  return new Failure(
    "failed",
    "conflict",
    `the same statement of the trust policy of ${name} was changed in the meantime`,
    {
      facts: statements.map((one) => ["statement", JSON.stringify(one)] as const),
      advice: "Review the current trust policy, then run the command again",
      written: true,
    },
  );
}
