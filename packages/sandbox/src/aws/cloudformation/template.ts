import { AwsError } from "../exchange.ts";

/** A template, as far as it is emulated: JSON, with resources. Source: CloudFormation, "Template anatomy". */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
}

/** An output of a template; what it exports is not emulated. */
export interface TemplateOutput {
  readonly Value: unknown;
  readonly Description?: string;
}

/** A resource of a template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly Metadata?: unknown;
}

/** What the functions of a template refer to. */
export interface Scope {
  /** Values by name: parameters, pseudo parameters, and what `Ref` gives of the resources made so far. */
  readonly refs: ReadonlyMap<string, string>;
  /** Values by `<resource>.<attribute>`. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** The template. @throws AwsError ValidationError */
export function parseTemplate(text: string): Template {
  const value = jsonIn(text) as Partial<Template> | undefined;
  const resources = value?.Resources;
  if (typeof resources !== "object" || resources === null || Object.keys(resources).length === 0)
    throw formatError("At least one Resources member must be defined.");
  for (const [id, { Type: type }] of Object.entries(resources)) {
    if (typeof type !== "string") throw formatError(`[/Resources/${id}] 'Type' must be a string`);
  }
  return { ...value, Resources: resources };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw formatError("only templates in JSON are emulated");
  }
}

function formatError(message: string): AwsError {
  return new AwsError(400, "ValidationError", `Template format error: ${message}`);
}

/** A value with its `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::Join` worked out. Source: "Intrinsic function reference". */
export function resolved(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((one) => resolved(one, scope));
  if (typeof value !== "object" || value === null) return value;
  const [[name, argument] = ["", undefined], ...more] = Object.entries(value);
  const call = more.length === 0 ? FUNCTIONS[name] : undefined;
  if (call !== undefined) return call(argument, scope);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one, scope)]));
}

const FUNCTIONS: Readonly<Record<string, (argument: unknown, scope: Scope) => string>> = {
  Ref: (name, scope) => found(scope.refs, String(name)),
  "Fn::GetAtt": (path, scope) => found(scope.attributes, Array.isArray(path) ? path.join(".") : String(path)),
  "Fn::Sub": (text, { refs, attributes }) =>
    String(text).replaceAll(/\$\{([\w.:]+)\}/g, (_, name: string) =>
      found(name.includes(".") ? attributes : refs, name),
    ),
  "Fn::Join": (argument, scope) => {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map((part) => String(resolved(part, scope))).join(separator);
  },
};

function found(values: ReadonlyMap<string, string>, name: string): string {
  const value = values.get(name);
  if (value !== undefined) return value;
  throw formatError(`Unresolved resource dependencies [${name}] in the Resources block of the template`);
}

/** Everything by which CloudFormation tells an update from none: not deletion policies. Source: "No updates to perform". */
export function substance({ Resources, Outputs }: Template): string {
  return JSON.stringify({ Resources, Outputs }, (key, value: unknown) =>
    key === "DeletionPolicy" ? undefined : value,
  );
}

/** What the resources are, without what is said about them. */
export function properties({ Resources }: Template): string {
  return JSON.stringify(
    Object.entries(Resources).map(([id, { Type, Properties }]) => [id, Type, Properties]),
  );
}
