import { isBaselineAction } from "../../model/node-baseline.ts";
import type { OffNodePolicy } from "../../model/off-node.ts";
import { matchesAction } from "../../model/trust-policy/match.ts";
import { isObject, toList, toStrings } from "../../model/trust-policy/shape.ts";
import type { ActionFacts } from "../expand.ts";
import { documentOf, statementsOf, type NarrowedStatement, type RolePolicy } from "../narrow-policies.ts";

/** A role's policies that allow more than nodes need, and what the role used. */
export interface RoleBeyond {
  readonly policies: readonly RolePolicy[];
  readonly facts: ActionFacts;
}

/**
 * What the roles allow beyond the baseline of nodes, narrowed to what each of them used. Actions of the baseline that only a
 * wildcard allows are left out: nodes use them, so that their use says nothing about pods. Those that a policy names stay.
 */
export function proposeOffNode(roles: readonly RoleBeyond[]): OffNodePolicy {
  const each = roles.flatMap(({ policies, facts }) =>
    policies.map(({ document }) => {
      const before = document === undefined ? [] : toList(document.Statement);
      const narrowed = statementsOf({ document }, facts) ?? [];
      return { document, statements: narrowed.map((one, at) => withoutBaseline(one, before[at])) };
    }),
  );
  const all = each.flatMap(({ statements }) => statements);
  const ofNodes = new Set(all.flatMap((one) => one.ofNodes));
  const document = documentOf(each, false);
  return {
    document,
    kept: all.flatMap((one) => one.kept).filter(({ action }) => !ofNodes.has(action)),
    dropped: all.flatMap(({ dropped }) => dropped),
    ofNodes: [...ofNodes].toSorted(),
    instanceKeys: document === undefined ? [] : instanceKeysIn(toList(document.Statement)),
  };
}

interface WithoutBaseline extends NarrowedStatement {
  readonly ofNodes: readonly string[];
}

function withoutBaseline(narrowed: NarrowedStatement, before: unknown): WithoutBaseline {
  const { statement } = narrowed;
  if (!isObject(statement) || statement["Effect"] !== "Allow" || statement["Action"] === undefined)
    return { ...narrowed, ofNodes: [] };
  const named = new Set(isObject(before) ? toStrings(before["Action"]).map(lower) : []);
  const actions = toStrings(statement["Action"]);
  const gone = actions.filter((one) => isBaselineAction(one) && !named.has(lower(one)));
  if (gone.length === 0) return { ...narrowed, ofNodes: gone };
  const left = actions.filter((one) => !gone.includes(one));
  // A pattern that stays for want of data may have them.
  const ofNodes = gone.filter((one) => !matchesAction(left, one));
  return { ...narrowed, ofNodes, statement: left.length === 0 ? undefined : { ...statement, Action: left } };
}

/**
 * Condition keys that are in requests with credentials of an instance alone. Source: IAM User Guide, "AWS global condition context
 * keys"; Service Authorization Reference, EC2.
 */
const INSTANCE_KEYS = new Set([
  "ec2:sourceinstancearn",
  "aws:ec2instancesourcevpc",
  "aws:ec2instancesourceprivateipv4",
  "ec2:roledelivery",
]);

function instanceKeysIn(statements: readonly unknown[]): readonly string[] {
  const keys = statements.flatMap((statement) => {
    const condition = isObject(statement) ? statement["Condition"] : undefined;
    const blocks = isObject(condition) ? Object.values(condition) : [];
    return blocks.flatMap((block) => (isObject(block) ? Object.keys(block) : []));
  });
  return [...new Set(keys.filter((key) => INSTANCE_KEYS.has(lower(key))))].toSorted();
}

function lower(text: string): string {
  return text.toLowerCase();
}
