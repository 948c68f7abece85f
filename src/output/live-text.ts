import type { LiveServiceAccount, LiveFile, LiveList, Unsaid } from "../model/live-file.ts";
import type { Note } from "../model/plan.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { shellCommand } from "./shell.ts";
import { TextBlock } from "./text-block.ts";
import { yamlText } from "./yaml.ts";

const LISTS: readonly LiveList[] = ["serviceAccounts", "podIdentityAssociations"];

/** The live state as YAML, as kubectl and eksctl read it; what YAML can't express is in comments. */
export function liveText({ file, serviceAccounts }: LiveFile): TextBlock {
  const there = serviceAccounts.filter(({ entry }) => entry !== undefined);
  const before = LISTS.flatMap((name) =>
    there
      .filter(({ list = "serviceAccounts" }) => list === name)
      .flatMap(({ unsaid }, at) =>
        unsaid.length === 0 ? [] : [{ path: ["iam", name, at], lines: unsaid.flatMap(unsaidLines) }],
      ),
  );
  const end = serviceAccounts.filter(({ entry }) => entry === undefined).flatMap(leftLines);
  return TextBlock.written(yamlText(file, "1.1", { before, end }));
}

function unsaidLines({ document, ...unsaid }: Unsaid): string[] {
  return [
    `not in this file: ${unsaidText(unsaid)}`,
    ...(document === undefined ? [] : [`  ${JSON.stringify(document)}`]),
  ];
}

function leftLines({ serviceAccount, unsaid }: LiveServiceAccount): string[] {
  return unsaid.map((one) => `not in this file: ${serviceAccountPath(serviceAccount)}: ${unsaidText(one)}`);
}

function unsaidText({ what, flags }: Unsaid): string {
  return flags === undefined ? what : `${what} ${shellCommand(flags)}`;
}

/** The same as warnings. */
export function unsaidNotes({ serviceAccounts }: LiveFile): Note[] {
  return serviceAccounts.flatMap(({ serviceAccount, unsaid }) =>
    unsaid.map((one): Note => {
      return {
        level: "warning",
        code: "not-in-file",
        message: `${serviceAccountPath(serviceAccount)}: not in the file: ${unsaidText(one)}`,
      };
    }),
  );
}
