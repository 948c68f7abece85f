import type { ChangeableRole, GivableRole } from "../../model/authority.ts";
import { Failure } from "../../model/failure.ts";
import type { InlinePolicies, Role } from "../../model/iam-objects.ts";
import { recordsInline, TAG } from "../../model/ownership-tags.ts";
import { inlineDigest } from "../../model/observed-digest.ts";
import type { DeleteInlinePolicy, PutInlinePolicy } from "../../model/role-change.ts";
import { derived, type FromOperator } from "../../model/source.ts";
import { listOf, type PolicyDocument } from "../../model/trust-policy/document.ts";
import { policySize } from "../../model/trust-policy/grant.ts";
import { includesAll, permissionsIn } from "../../model/trust-policy/permissions.ts";
import { LIMIT } from "../create/given-document.ts";
import { INLINE_POLICY_NAME, type ObservedRole } from "../create/observed.ts";

/**
 * True if the inline policy may be deleted although nobody named it. Anyone who can tag can forge an entry: deleting a
 * policy that denies something would widen access.
 */
export function isTaken(role: Pick<Role, "tags">, name: string, document: PolicyDocument): boolean {
  return name === INLINE_POLICY_NAME || (recordsInline(role.tags[TAG.inline], name) && onlyAllows(document));
}

/** True if no statement of the policy denies anything, so that nobody may do more without it. */
export function onlyAllows({ Statement: statements }: PolicyDocument): boolean {
  return listOf(statements).every(({ Effect }) => Effect === "Allow");
}

/** How a role's inline policies come to say what is asked. */
export interface InlineEdit {
  /** What irsa's own policy is to say; absent where it stays as it is. */
  readonly put?: FromOperator<PolicyDocument>;
  /** The names of those that go. */
  readonly remove: readonly string[];
}

/**
 * The edit after which the role's inline policies allow what is requested. What another of them allows already is not
 * repeated, whatever its name: irsa's own has the rest. `exact`: adopted policies and those that allow more than
 * requested are deleted; those of others are kept, and so is whatever denies something.
 */
export function inlineEdit(
  { role, inline }: Pick<ObservedRole, "role" | "inline">,
  wanted: FromOperator<PolicyDocument> | undefined,
  exclusivePolicies: boolean,
): InlineEdit {
  const { [INLINE_POLICY_NAME]: own, ...beside } = inline;
  const asked = permissionsIn(wanted === undefined ? [] : [wanted]);
  const goes = ([name, document]: readonly [string, PolicyDocument]): boolean =>
    exclusivePolicies && isTaken(role, name, document) && !includesAll(asked, document);
  const others = Object.entries(beside);
  const remove = others.filter(goes).map(([name]) => name);
  if (wanted === undefined)
    return { remove: exclusivePolicies && own !== undefined ? [...remove, INLINE_POLICY_NAME] : remove };
  const staying = others.filter((one) => !goes(one)).map(([, document]) => document);
  const stays = permissionsIn(staying);
  const rest = derived(wanted, (document) => ({
    ...document,
    Statement: listOf(document.Statement).filter((one) => !stays.includes(one, document.Version)),
  }));
  const isOwnRight =
    own === undefined
      ? rest.Statement.length === 0
      : includesAll(asked, own) && includesAll(permissionsIn([own, ...staying]), rest);
  if (isOwnRight) return { remove };
  if (rest.Statement.length === 0) return { remove: [...remove, INLINE_POLICY_NAME] };
  const isWhole = rest.Statement.length === listOf(wanted.Statement).length;
  return { put: isWhole ? wanted : rest, remove };
}

/** The role that is changed: the proof that it may be, and that it may be given something. */
interface Target {
  readonly arn: ChangeableRole;
  /** @throws Failure where it may not be given anything */
  readonly give: () => GivableRole;
}

/** The changes of an edit: what is given, what is taken, and whether there is room to give first. */
export interface InlineChanges {
  readonly given: readonly PutInlinePolicy[];
  readonly taken: readonly DeleteInlinePolicy[];
  readonly hasRoom: boolean;
}

/**
 * The changes that an edit comes to.
 * @throws Failure `inline-size` where IAM would not take all of the role's inline policies together
 */
export function inlineChanges(
  { role, inline }: Pick<ObservedRole, "role" | "inline">,
  { put, remove }: InlineEdit,
  { arn, give }: Target,
): InlineChanges {
  const name = INLINE_POLICY_NAME;
  const before = inline[name];
  const first = put === undefined ? inline : { ...inline, [name]: put };
  const gone = new Set(remove);
  const after = Object.fromEntries(Object.entries(first).filter(([one]) => !gone.has(one)));
  if (put !== undefined && sizeOf(after) > LIMIT.inlineCharacters) throw inlineSize(role, after);
  return {
    given:
      put === undefined
        ? []
        : [
            {
              kind: "put-inline-policy",
              role: give(),
              name,
              ...(before !== undefined && { before }),
              after: put,
              observed: inlineDigest(before),
            },
          ],
    taken: remove.map((one) => ({
      kind: "delete-inline-policy",
      role: arn,
      name: one,
      ...(inline[one] !== undefined && { before: inline[one] }),
    })),
    hasRoom: sizeOf(first) <= LIMIT.inlineCharacters,
  };
}

/** The characters of all inline policies of a role, which IAM's quota is for. Source: "IAM and AWS STS quotas". */
function sizeOf(inline: InlinePolicies): number {
  return Object.values(inline).reduce((sum, document) => sum + policySize(document), 0);
}

function inlineSize({ name, arn }: Role, after: InlinePolicies): Failure {
  const message = `the inline policies of '${name}' would have ${sizeOf(after)} characters in total; IAM allows ${LIMIT.inlineCharacters}`;
  return new Failure("refused", "inline-size", message, {
    facts: [
      ["role", arn],
      ...Object.entries(after).map(
        ([one, document]) => ["inline policy", `${one}: ${policySize(document)}`] as const,
      ),
    ],
    advice: "Move part of it to a managed policy, which has a separate quota",
  });
}

/** The names of inline policies that say more than is asked and that an exact ask leaves. */
export function inlineBeyond(
  { role, inline }: Pick<ObservedRole, "role" | "inline">,
  wanted: PolicyDocument | undefined,
): readonly string[] {
  const asked = permissionsIn(wanted === undefined ? [] : [wanted]);
  return Object.entries(inline)
    .filter(([name]) => name !== INLINE_POLICY_NAME)
    .filter(([name, document]) => !isTaken(role, name, document) && !includesAll(asked, document))
    .map(([name]) => name);
}

/** What of an ask no inline policy says, in how many statements; 0 where all is said. */
export function inlineLacks(inline: InlinePolicies, wanted: PolicyDocument): number {
  const said = permissionsIn(Object.values(inline));
  return listOf(wanted.Statement).filter((one) => !said.includes(one, wanted.Version)).length;
}
