import type { StatusCause } from "../model/status.ts";

/** Something that must be there is not. */
export function required(field: string, detail = ""): StatusCause {
  return { reason: "FieldValueRequired", message: suffixed("Required value", detail), field };
}

/** A value that breaks a rule. */
export function invalidValue(field: string, value: unknown, detail: string): StatusCause {
  return {
    reason: "FieldValueInvalid",
    message: suffixed(`Invalid value: ${JSON.stringify(value)}`, detail),
    field,
  };
}

/** A name that leads nowhere. */
export function notFoundValue(field: string, value: string): StatusCause {
  return { reason: "FieldValueNotFound", message: `Not found: ${JSON.stringify(value)}`, field };
}

/** A name that is there twice. */
export function duplicate(field: string, value: string): StatusCause {
  return { reason: "FieldValueDuplicate", message: `Duplicate value: ${JSON.stringify(value)}`, field };
}

/** More than fits. */
export function tooLong(field: string, limit: number): StatusCause {
  return { reason: "FieldValueTooLong", message: `Too long: may not be more than ${limit} bytes`, field };
}

/** Something that may not be set or changed. */
export function forbiddenValue(field: string, detail: string): StatusCause {
  return { reason: "FieldValueForbidden", message: `Forbidden: ${detail}`, field };
}

function suffixed(text: string, detail: string): string {
  return detail === "" ? text : `${text}: ${detail}`;
}
