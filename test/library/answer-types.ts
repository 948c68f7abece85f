import { answerSchema, NAMED_PARTS, type Schema } from "../json/answer-schemas.ts";

/** The library's answers: the name of each type, and the command whose JSON it is. */
const ANSWERS: Readonly<Record<string, string>> = {
  PlanAnswer: "plan",
  ApplyAnswer: "apply",
  VerifyAnswer: "verify",
  AuditAnswer: "audit",
};

const DOCS: Readonly<Record<string, string>> = {
  ClusterRef: "An EKS cluster.",
  ServiceAccountRef: "A Kubernetes ServiceAccount.",
  Labeled: "A labeled value; the label is prose.",
  Note: "A note of a plan: what to know before it is applied.",
  ErrorReport: "Why a run, or one item of it, failed.",
  Fix: "What fixes a finding: a command, or advice.",
  Proof: "Whether STS, or EKS, accepted the token of a ServiceAccount.",
  Plan: "Every change that would be made, and the digest that `apply` takes.",
  Step: "A change that was applied, by its index in the plan.",
  NotRead: "What could not be read: the answer may lack something.",
  EndpointOverrides: "Endpoints that are not AWS's own, by service.",
  ServiceAccountResult: "What becomes of one ServiceAccount of the file.",
  LinkName: "A link of a chain, by IRSA or by EKS Pod Identity.",
  LinkFinding: "What is wrong with a link of a chain.",
  ChainLink: "A link of a chain, from the cluster to the credentials, and what is wrong with it.",
  AuditFinding: "What a rule of the audit found.",
};

const names = new Map(Object.entries(NAMED_PARTS).map(([name, schema]) => [schema, name]));

const HEADER =
  "// Generated from the schemas of the JSON answers (test/json/answer-schemas.ts): npm run docs:library";

/** The source of `src/library/answer-parts.ts`: a type for each part that several answers have. */
export function partTypes(): string {
  const parts = Object.entries(NAMED_PARTS).map(([name, schema]) => declared(name, `${DOCS[name]}`, schema));
  return `${[HEADER, ...parts].join("\n\n")}\n`;
}

/** The source of `src/library/answers.ts`: a type for each answer. */
export function answerTypes(): string {
  const answers = Object.entries(ANSWERS)
    .map(([name, command]) =>
      declared(name, `What \`irsa ${command} -o json\` prints when it does not fail.`, answerOf(command)),
    )
    .join("\n\n");
  const used = Object.keys(NAMED_PARTS).filter((name) => new RegExp(`\\b${name}\\b`).test(answers));
  const imports = `import type {\n  ${used.join(",\n  ")},\n} from "./answer-parts.ts";`;
  return `${[HEADER, imports, answers].join("\n\n")}\n`;
}

/** The schema without what only a failed run has, which is thrown. */
function answerOf(command: string): Schema {
  const { required, properties, oneOf } = answerSchema(command, false) as {
    readonly required: readonly string[];
    readonly properties: Readonly<Record<string, Schema>>;
    readonly oneOf: readonly [{ readonly required: readonly string[] }];
  };
  const { error: _, ...rest } = properties;
  return { type: "object", required: [...required, ...oneOf[0].required], properties: rest };
}

function declared(name: string, doc: string, schema: Schema): string {
  const isObject = schema["properties"] !== undefined;
  const body = isObject ? `interface ${name} ${bodyOf(schema)}` : `type ${name} = ${typeOf(schema, true)};`;
  return `/** ${doc} */\nexport ${body}`;
}

/** The fields of an object, one a line. */
function bodyOf({ required = [], properties = {}, additionalProperties }: Schema): string {
  const needed = new Set(required as readonly string[]);
  const fields = Object.entries(properties as Readonly<Record<string, Schema>>).map(
    ([key, schema]) => `readonly ${key}${needed.has(key) ? "" : "?"}: ${typeOf(schema)};`,
  );
  const more = additionalProperties === true ? ["readonly [field: string]: unknown;"] : [];
  return `{\n${indented([...fields, ...more].join("\n"))}\n}`;
}

/**
 * @param isDeclared whether it is declared here, and its name not enough
 * @throws Error for a schema that has no type here: it must not become `unknown` by oversight
 */
function typeOf(schema: Schema, isDeclared = false): string {
  const name = names.get(schema);
  if (name !== undefined && !isDeclared) return name;
  const { type, enum: values, const: value, anyOf, oneOf, items, properties } = schema;
  if (value !== undefined) return JSON.stringify(value);
  if (Array.isArray(values)) return union(values.map((one) => JSON.stringify(one)));
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return union(choices.map((one: Schema) => typeOf(one)));
  if (type === "array") return listOf(items as Schema);
  if (type === "object" || properties !== undefined)
    return properties === undefined ? "Readonly<Record<string, unknown>>" : bodyOf(schema);
  const plain = { string: "string", boolean: "boolean", integer: "number", null: "null" }[String(type)];
  if (plain === undefined) throw new Error(`no type for ${JSON.stringify(schema)}`);
  return plain;
}

function listOf(items: Schema): string {
  const isUnion = !names.has(items) && ["enum", "anyOf", "oneOf"].some((key) => key in items);
  const type = typeOf(items);
  return `readonly ${isUnion ? `(${type})` : type}[]`;
}

const WIDTH = 96;

/** Filled into as few lines as fit; an object begins one. */
function union(types: readonly string[]): string {
  const lines = types.reduce<string[]>((before, type) => {
    const last = before.at(-1);
    const joined = `${last} | ${type}`;
    return last === undefined || joined.includes("\n") || joined.length > WIDTH
      ? [...before, type]
      : [...before.slice(0, -1), joined];
  }, []);
  return lines.join("\n| ");
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
