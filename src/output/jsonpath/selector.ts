import type { Step } from "./template.ts";

/** What is in brackets: `*`, an index, a slice, or a name in quotes, which is a path of its own; else what is wrong. */
export function selectorOf(text: string, at: number): Step | { readonly name: string } | string {
  if (text === "*") return { kind: "slice", at };
  const [, name] = /^'([^']*)'$/.exec(text) ?? [];
  if (name !== undefined) return { name };
  if (/^-?\d+$/.test(text)) return { kind: "index", index: Number(text), at };
  const parts = /^(-?\d*):(-?\d*)(?::(-?\d*))?$/.exec(text)?.slice(1);
  if (parts === undefined) return `'[${text}]' is not supported; use [0], [0:2], [*], ['name'] or [?(…)]`;
  const [start = "", end = "", step = ""] = parts.map((part) => part ?? "");
  if (step !== "" && Number(step) <= 0) return "the step of a slice must be greater than 0";
  return {
    kind: "slice",
    ...(start !== "" && { start: Number(start) }),
    ...(end !== "" && { end: Number(end) }),
    ...(step !== "" && { step: Number(step) }),
    at,
  };
}
