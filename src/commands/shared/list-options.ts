import { InvalidArgumentError, Option, type Command } from "commander";
import type { ClusterSource } from "../../audit/observe-cluster.ts";
import { Failure } from "../../model/failure.ts";
import { parseSelector, type SelectorText } from "../../model/label-selector.ts";
import type { Problems } from "../../model/problems.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import {
  listFormatWords,
  parseListFormat,
  type ListShape,
  type ListWriter,
} from "../../output/list-formats.ts";

/** The format of a list's answer: one of the command's own, or one that every list has, with its writer. */
export type ListOutput<Own extends string> =
  | { readonly format: Own }
  | { readonly format: "list"; readonly write: ListWriter };

/** The flags of every command that lists. */
export interface ListFlags<Own extends string> {
  readonly output: ListOutput<Own>;
  /** `false` for `--no-headers`. */
  readonly headers: boolean;
}

/** Adds `-o` with the command's own formats, the first one unless another is asked for, and those of every list. */
export function addListOptions<Own extends string>(
  command: Command,
  own: readonly [Own, ...Own[]],
  shape: ListShape,
): Command {
  const names = [...new Set([...own, ...listFormatWords()])];
  const option = new Option("-o, --output <format>", "output format")
    .choices(names)
    .default({ format: own[0] }, JSON.stringify(own[0]))
    .argParser((text: string) => parseOutput(text, own, shape, names));
  return command.addOption(option).option("--no-headers", "don't print the headers of tables");
}

function parseOutput<Own extends string>(
  text: string,
  own: readonly Own[],
  shape: ListShape,
  names: readonly string[],
): ListOutput<Own> {
  const format = own.find((one) => one === text);
  if (format !== undefined) return { format };
  const parsed = parseListFormat(text, shape);
  if (parsed === undefined) throw new InvalidArgumentError(`Allowed choices are ${names.join(", ")}.`);
  if (!parsed.ok) {
    const [name = ""] = text.split("=", 1);
    throw new Failure("input", "invalid-input", `-o ${name}: ${parsed.problem}`);
  }
  return { format: "list", write: parsed.value };
}

/** Adds `-l`. @param what as `pods of`: what of the ServiceAccounts is meant */
export function addSelectorOption(command: Command, what = ""): Command {
  return command.option(
    "-l, --selector <selector>",
    `only ${what}ServiceAccounts with these labels, such as app=web`,
  );
}

/** Adds `-A`, for whoever wants to say that all namespaces are meant. */
export function addAllNamespacesOption(command: Command): Command {
  return command.option("-A, --all-namespaces", "all namespaces (the default)");
}

/** `-A` beside something that is in one namespace can't be meant. */
export function checkAllNamespaces(
  { allNamespaces }: { readonly allNamespaces?: boolean },
  isNarrow: boolean,
  problems: Problems,
): void {
  if (allNamespaces === true && isNarrow)
    problems.note("--all-namespaces", "", "can't be combined with --namespace or NAMESPACE/NAME");
}

/** The selector that was typed, judged. */
export function takeSelector(
  { selector }: { readonly selector?: string },
  problems: Problems,
): SelectorText | undefined {
  return problems.maybe("--selector", selector, parseSelector);
}

/** The ServiceAccounts that a selector selects, each as its cluster's ARN, `/` and its path; the API servers judge labels. */
export async function selectedIds(
  sources: readonly ClusterSource[],
  selector: SelectorText,
): Promise<ReadonlySet<string>> {
  const each = await Promise.all(
    sources.map(async ({ cluster, kubernetes }) => {
      const selected = await (await kubernetes()).listServiceAccounts(undefined, selector);
      return selected.map(({ ref }) => `${cluster.arn}/${serviceAccountPath(ref)}`);
    }),
  );
  return new Set(each.flat());
}

/** The same as a plan's format: what the answer is neither text nor JSON in, is a document beside it. */
export function planOutput({ format }: ListOutput<"text" | "json">): "text" | "json" | "document" {
  return format === "list" ? "document" : format;
}
