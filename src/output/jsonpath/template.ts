/** A template of `-o jsonpath=`, as kubectl has them. Source: Kubernetes, "JSONPath Support"; k8s.io/client-go/util/jsonpath. */
export type Template = readonly Part[];

/** A part of a template: text, an expression in braces, or what is repeated for each value of one. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "range"; readonly path: Path; readonly body: Template };

/** What leads from one value to others, step by step. */
export type Path = readonly Step[];

/** Operators of a filter that compares two values. */
export const OPERATORS = ["==", "!=", "<=", ">=", "<", ">"] as const;

/** One of them. */
export type Operator = (typeof OPERATORS)[number];

/** A step, and where it begins in the template, from 1. */
export type Step = { readonly at: number } & (
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "value"; readonly value: string | number | boolean }
  | { readonly kind: "wildcard" }
  | { readonly kind: "recursive" }
  | { readonly kind: "slice"; readonly start?: number; readonly end?: number; readonly step?: number }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "union"; readonly paths: readonly Path[] }
  | {
      readonly kind: "filter";
      readonly left: Path;
      readonly test: {
        readonly operator: Operator;
        readonly right: Path;
      } | null;
    }
);
