import { jsonText } from "../output/json.ts";

/** A value in TypeScript. */
export type TypeScript =
  | string
  | number
  | boolean
  | readonly TypeScript[]
  | { readonly [key: string]: TypeScript }
  | Code;

/** An expression: a variable's property, or a call. */
export class Code {
  /** The variable that it refers to. */
  readonly variable: string | undefined;
  readonly #text: (indent: string) => string;

  private constructor(text: (indent: string) => string, variable?: string) {
    this.#text = text;
    this.variable = variable;
  }

  /** As `cart_3yzqklzr.arn`: of identifiers, none of which is a value. */
  static reference(variable: string, ...properties: readonly string[]): Code {
    const path = [variable, ...properties];
    const wrong = path.find((part) => !/^[a-z][A-Za-z0-9_]*$/.test(part));
    if (wrong !== undefined) throw new TypeError(`not an identifier: ${wrong}`);
    return new Code(() => path.join("."), variable);
  }

  /** As `JSON.stringify({…})`. */
  static json(value: TypeScript): Code {
    return new Code((indent) => `JSON.stringify(${typeScript(value, indent)})`);
  }

  text(indent: string): string {
    return this.#text(indent);
  }
}

/** A value as an expression that gives exactly that value. Every text of JSON is one of TypeScript. */
export function typeScript(value: TypeScript, indent = ""): string {
  if (typeof value === "string") return jsonText(value, 0);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Code) return value.text(indent);
  const inner = `${indent}  `;
  if (isList(value))
    return within(
      "[",
      value.map((one) => typeScript(one, inner)),
      "]",
      indent,
    );
  const fields = Object.entries(value).map(([key, one]) => `${keyText(key)}: ${typeScript(one, inner)}`);
  return within("{", fields, "}", indent);
}

/** The variables that a value refers to. */
export function variablesIn(value: TypeScript): readonly string[] {
  if (value instanceof Code) return value.variable === undefined ? [] : [value.variable];
  return typeof value === "object" ? Object.values(value).flatMap(variablesIn) : [];
}

function isList(value: readonly TypeScript[] | object): value is readonly TypeScript[] {
  return Array.isArray(value);
}

function within(open: string, parts: readonly string[], close: string, indent: string): string {
  if (parts.length === 0) return `${open}${close}`;
  return `${open}\n${parts.map((part) => `${indent}  ${part},`).join("\n")}\n${indent}${close}`;
}

/** Written as a name or a text, `__proto__` would be the object's prototype. */
function keyText(key: string): string {
  if (key === "__proto__") return '["__proto__"]';
  return /^[A-Za-z][A-Za-z0-9]*$/.test(key) ? key : jsonText(key, 0);
}
