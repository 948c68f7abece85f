/** What may be at a place of a file: the judge and the JSON Schema are made from the same table of these. */
export type Shape = TextShape | FlagShape | ListShape | MapShape | ObjectShape | ChoiceShape | AnyShape;

/** A text; numbers and booleans pass where they read as they are written. */
export interface TextShape {
  readonly kind: "text";
  /** A regular expression, for editors alone; the parsers of the model judge. */
  readonly pattern?: string;
  readonly oneOf?: readonly string[];
}

/** True or false. */
export interface FlagShape {
  readonly kind: "flag";
}

/** A sequence of one shape. */
export interface ListShape {
  readonly kind: "list";
  readonly of: Shape;
}

/** A mapping with keys of the user's. */
export interface MapShape {
  readonly kind: "map";
  readonly of: Shape;
}

/** A mapping with known fields. */
export interface ObjectShape {
  readonly kind: "object";
  readonly fields: Readonly<Record<string, Field>>;
  /** It has other fields too, which nothing is known of. */
  readonly isOpen?: boolean;
}

/** True or false, or a mapping that says more. */
export interface ChoiceShape {
  readonly kind: "choice";
  readonly flag: boolean;
  readonly object: ObjectShape;
}

/** Any value: managed by others, or validated elsewhere. */
export interface AnyShape {
  readonly kind: "any";
}

/** A field of an object. */
export interface Field {
  readonly about: string;
  readonly shape: Shape;
  readonly required?: boolean;
  /** The format has it, and irsa does nothing about it. */
  readonly passedOver?: boolean;
}

/** A field that irsa does nothing about. */
export function passedOver(about: string, shape: Shape = ANY): Field {
  return { about, shape, passedOver: true };
}

/** Any text. */
export const TEXT: TextShape = { kind: "text" };
/** True or false. */
export const FLAG: FlagShape = { kind: "flag" };
/** Whatever there is. */
export const ANY: AnyShape = { kind: "any" };
/** Texts by keys of the user's. */
export const TEXTS_BY_KEY: MapShape = { kind: "map", of: TEXT };

/** A mapping with these fields. */
export function object(fields: Readonly<Record<string, Field>>): ObjectShape {
  return { kind: "object", fields };
}

/** A mapping with these fields and others. */
export function openObject(fields: Readonly<Record<string, Field>>): ObjectShape {
  return { kind: "object", fields, isOpen: true };
}

/** A sequence of these. */
export function listOf(of: Shape): ListShape {
  return { kind: "list", of };
}
