import type { SelectorText } from "../../model/label-selector.ts";
import { Problems } from "../../model/problems.ts";
import { takeAskedRole, type AskedRole } from "../shared/asked-role.ts";
import { takeSelector, type ListFlags } from "../shared/list-options.ts";
import type { ClustersFlags } from "../shared/session/several-clusters.ts";
import { checkTargetsFlags, type TargetsFlags } from "../shared/targets/options.ts";

/** The flags of `who-can`. */
export interface WhoCanFlags extends ClustersFlags, TargetsFlags, ListFlags<"text" | "json"> {
  readonly selector?: string;
}

/** What is asked: the role, and of the ServiceAccounts those with these labels. @throws Failure of kind `input` */
export function parse(text: string, flags: WhoCanFlags): AskedRole & { readonly selector?: SelectorText } {
  const problems = new Problems();
  const selector = takeSelector(flags, problems);
  checkTargetsFlags(flags, problems, { text: "text" });
  const chosen = selector === undefined ? {} : { selector };
  const role = takeAskedRole("role", text, problems);
  problems.throwIfAny();
  return { ...chosen, ...(role ?? { name: text }) };
}
