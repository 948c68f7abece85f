import { parse, TomlError } from "smol-toml";
import { isObject, type JsonObject } from "./json.ts";
import { Malformed } from "./malformed.ts";

/**
 * The table that a TOML file is.
 * @throws Malformed with line and column
 */
export function readToml(text: string): JsonObject {
  try {
    const value: unknown = parse(text);
    if (isObject(value)) return value;
    throw new Malformed("is not a TOML table");
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The library's message quotes the lines around.
    throw new Malformed("is not valid TOML", error.line, error.column);
  }
}
