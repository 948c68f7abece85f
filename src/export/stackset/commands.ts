import { grouped } from "../../model/grouped.ts";
import { shellCommand } from "../../output/shell.ts";
import type { ExportModel } from "../model.ts";

/** How the stack set is called; `sed` changes it everywhere. */
const NAME = "irsa";

/**
 * A script that creates the stack set, and an instance for each cluster: for AWS accounts that have the same regions, one
 * call, since a call has an instance for each AWS account in each region.
 */
export function stackSetCommands(models: readonly ExportModel[]): string {
  const places = models.map(({ cluster }) => cluster);
  const byAccount = grouped(places, ({ awsAccount }) => awsAccount);
  const calls = grouped([...byAccount], ([, clusters]) =>
    clusters
      .map(({ region }) => region)
      .toSorted()
      .join(" "),
  );
  const named = ["--stack-set-name", NAME];
  const instances = [...calls].map(([regions, of]) => {
    const accounts = of.map(([awsAccount]) => awsAccount).toSorted();
    const where = ["--accounts", ...accounts, "--regions", ...regions.split(" ")];
    return shellCommand(["aws", "cloudformation", "create-stack-instances", ...named, ...where]);
  });
  const terms = ["--capabilities", "CAPABILITY_NAMED_IAM", "--managed-execution", "Active=true"];
  const create = shellCommand(["aws", "cloudformation", "create-stack-set", ...named, ...terms]);
  return [
    "#!/bin/sh",
    "# Made by irsa export. Its argument is the template: a file of up to 51,200 bytes, or a URL in S3.",
    "set -eu",
    "export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off",
    "case ${1?the template: a file, or a URL in S3} in",
    '  https://*) set -- --template-url "$1" ;;',
    '  *) set -- --template-body "file://$1" ;;',
    "esac",
    `${create} "$@"`,
    ...instances,
    "",
  ].join("\n");
}
