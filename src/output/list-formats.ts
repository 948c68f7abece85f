import { invalid, valid, type Parsed } from "../model/problems.ts";
import { columnRows, parseColumns } from "./custom-columns.ts";
import { shown, textOf, valuesOf } from "./jsonpath/evaluate.ts";
import { parsePath, parseTemplate } from "./jsonpath/parse.ts";
import { TextBlock } from "./text-block.ts";

/** What of a result is a list: where its items are, how one is named, and what a wide table shows of it. */
export interface ListShape {
  /** The field of the result that has the items. */
  readonly items: string;
  /** As a template of an item. */
  readonly name: string;
  /** Where an item has several names: what follows `name` in each. */
  readonly names?: string;
  /** As columns of an item. */
  readonly wide: string;
}

/** Writes a command's result in one of these formats. */
export type ListWriter = (result: object, headers: boolean) => TextBlock;

/** A format that any list can be written in. */
interface ListFormat {
  /** What follows its name and `=`, if something does. */
  readonly argument?: string;
  readonly writer: (shape: ListShape, argument: string) => Parsed<ListWriter>;
}

/** The formats that every list has, by name, as kubectl has them. A further one is a row here. */
const LIST_FORMATS = {
  wide: { writer: ({ wide, items }) => columnsWriter(wide, items) },
  name: { writer: namesWriter },
  jsonpath: { argument: "TEMPLATE", writer: (_, template) => templateWriter(template) },
  "custom-columns": { argument: "SPEC", writer: ({ items }, spec) => columnsWriter(spec, items) },
} as const satisfies Readonly<Record<string, ListFormat>>;

/** The formats as they are typed: with what follows the name. */
export function listFormatWords(): readonly string[] {
  const formats: Readonly<Record<string, ListFormat>> = LIST_FORMATS;
  return Object.entries(formats).map(([name, { argument }]) =>
    argument === undefined ? name : `${name}=${argument}`,
  );
}

/** A format as it is typed, `name` or `jsonpath=TEMPLATE`; `undefined` if it is none of these. */
export function parseListFormat(text: string, shape: ListShape): Parsed<ListWriter> | undefined {
  const [name = "", ...more] = text.split("=");
  const formats: Readonly<Record<string, ListFormat>> = LIST_FORMATS;
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format === undefined) return undefined;
  const argument = more.join("=");
  if (format.argument === undefined) return more.length === 0 ? format.writer(shape, "") : undefined;
  if (argument === "") return invalid(`has no ${format.argument}; use ${name}=${format.argument}`);
  return format.writer(shape, argument);
}

function namesWriter({ name, names, items }: ListShape): Parsed<ListWriter> {
  const [template, path] = [parseTemplate(name), names === undefined ? undefined : parsePath(names)];
  if (!template.ok) return template;
  if (path?.ok === false) return path;
  return valid((result) => {
    const each = itemsOf(result, items).flatMap((item) => {
      const text = textOf(template.value, item);
      return path === undefined ? [text] : valuesOf(path.value, item).map((one) => `${text}${shown(one)}`);
    });
    return TextBlock.composed(each.map((one) => `${one}\n`).join(""));
  });
}

function itemsOf(result: object, items: string): readonly unknown[] {
  const list: unknown = Object.entries(result).find(([key]) => key === items)?.[1];
  return Array.isArray(list) ? (list as readonly unknown[]) : [];
}

function templateWriter(text: string): Parsed<ListWriter> {
  const parsed = parseTemplate(text);
  if (!parsed.ok) return parsed;
  return valid((result) => TextBlock.composed(textOf(parsed.value, result)));
}

function columnsWriter(spec: string, items: string): Parsed<ListWriter> {
  const parsed = parseColumns(spec);
  if (!parsed.ok) return parsed;
  return valid((result, headers) => {
    const rows = columnRows(parsed.value, itemsOf(result, items), headers);
    return TextBlock.composed(rows.map((row) => `${row}\n`).join(""));
  });
}
