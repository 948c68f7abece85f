import type { Field, ObjectShape, Shape } from "./shape.ts";

/** A JSON Schema (draft 7, which editors know best) of what a file may hold. */
export function schemaOf(shape: ObjectShape, title: string, description: string): object {
  return { $schema: "http://json-schema.org/draft-07/schema#", title, description, ...schema(shape) };
}

function schema(shape: Shape): object {
  switch (shape.kind) {
    case "any":
      return {};
    case "text":
      return textSchema(shape);
    case "flag":
      return { type: "boolean" };
    case "list":
      return { type: "array", items: schema(shape.of) };
    case "map":
      return { type: "object", additionalProperties: schema(shape.of) };
    case "object":
      return objectSchema(shape);
    case "choice":
      return { anyOf: [shape.flag ? { type: "boolean" } : { const: false }, objectSchema(shape.object)] };
  }
}

/** A text without rules may be written as a number or a boolean, as tags and labels often are. */
function textSchema({ pattern, oneOf }: Extract<Shape, { kind: "text" }>): object {
  if (oneOf !== undefined) return { enum: oneOf };
  return pattern === undefined ? { type: ["string", "number", "boolean"] } : { type: "string", pattern };
}

function objectSchema({ fields, isOpen = false }: ObjectShape): object {
  const all = Object.entries(fields);
  const required = all.filter(([, field]) => field.required === true).map(([name]) => name);
  return {
    type: "object",
    properties: Object.fromEntries(all.map(([name, field]) => [name, fieldSchema(field)])),
    ...(required.length > 0 && { required }),
    ...(!isOpen && { additionalProperties: false }),
  };
}

/** An empty field is as good as none, as YAML has it. */
function fieldSchema({ about, shape, passedOver = false, required = false }: Field): object {
  const description = passedOver ? `Ignored by irsa: ${about}` : about;
  const inner = schema(shape);
  const nullable = required || Object.keys(inner).length === 0 ? inner : { anyOf: [inner, { type: "null" }] };
  return { description, ...nullable };
}
