import { parseRoleArn, roleRef, type RoleArn } from "../../model/arn.ts";
import type { SelectorText } from "../../model/label-selector.ts";
import { Problems } from "../../model/problems.ts";
import { parseRoleName } from "../../model/role-name.ts";
import { takeSelector, type ListFlags } from "../shared/list-options.ts";
import type { ClustersFlags } from "../shared/session/several-clusters.ts";
import { checkTargetsFlags, type TargetsFlags } from "../shared/targets/options.ts";

/** The flags of `who-can`. */
export interface WhoCanFlags extends ClustersFlags, TargetsFlags, ListFlags<"text" | "json"> {
  readonly selector?: string;
}

/** Which role is asked about. */
export interface AskedRole {
  readonly name: string;
  readonly arn?: RoleArn;
}

/** What is asked: the role, and of the ServiceAccounts those with these labels. @throws Failure of kind `input` */
export function parse(text: string, flags: WhoCanFlags): AskedRole & { readonly selector?: SelectorText } {
  const problems = new Problems();
  const selector = takeSelector(flags, problems);
  checkTargetsFlags(flags, problems, { text: "text" });
  const chosen = selector === undefined ? {} : { selector };
  const arn = text.startsWith("arn:") ? problems.take("role", text, parseRoleArn) : undefined;
  const name = text.startsWith("arn:") ? undefined : problems.take("role", text, parseRoleName);
  problems.throwIfAny();
  return { ...chosen, ...(arn === undefined ? { name: name ?? text } : { name: roleRef(arn).name, arn }) };
}
