import type { LiveAccount, LiveFile, Unsaid } from "../model/live-file.ts";
import type { Note } from "../model/plan.ts";
import { accountPath } from "../model/service-account-ref.ts";
import { TextBlock } from "./text-block.ts";
import { yamlText } from "./yaml.ts";

/** What is live as YAML, as kubectl and eksctl read it; what it can't say stands in comments. */
export function liveText({ file, accounts }: LiveFile): TextBlock {
  const there = accounts.filter(({ entry }) => entry !== undefined);
  const before = there.flatMap(({ unsaid }, at) =>
    unsaid.length === 0 ? [] : [{ path: ["iam", "serviceAccounts", at], lines: unsaid.flatMap(unsaidLines) }],
  );
  const end = accounts.filter(({ entry }) => entry === undefined).flatMap(leftLines);
  return TextBlock.written(yamlText(file, "1.1", { before, end }));
}

function unsaidLines({ what, document }: Unsaid): string[] {
  return [`not in this file: ${what}`, ...(document === undefined ? [] : [`  ${JSON.stringify(document)}`])];
}

function leftLines({ account, unsaid }: LiveAccount): string[] {
  return unsaid.map(({ what }) => `not in this file: ${accountPath(account)}: ${what}`);
}

/** The same as warnings. */
export function unsaidNotes({ accounts }: LiveFile): Note[] {
  return accounts.flatMap(({ account, unsaid }) =>
    unsaid.map(({ what }): Note => {
      return {
        level: "warning",
        code: "not-in-file",
        message: `${accountPath(account)}: not in the file: ${what}`,
      };
    }),
  );
}
