import { readJson } from "./json.ts";

type Json = Readonly<Record<string, unknown>>;

/** A template in JSON, taken apart. */
export interface StackTemplate {
  /** The resources by logical id. */
  readonly resources: Readonly<Record<string, StackTemplateResource>>;
  /**
   * Whether it takes in what stands elsewhere, and may have changed there: macros, dynamic references, and parameters
   * that are read from Systems Manager. An update would bring that along.
   */
  readonly isTransformed: boolean;
}

/** A resource of a template. */
export interface StackTemplateResource {
  readonly type: string;
  readonly isRetained: boolean;
}

/** The entry in a resource's metadata that accompanies its DeletionPolicy (see `withRetainedResources`). */
const METADATA = { "irsa/retained": "true" };

/** Parses a template; `undefined` if it is not a JSON template with resources (eksctl writes only JSON). */
export function readTemplate(text: string): StackTemplate | undefined {
  const template = parse(text);
  const resources = template?.["Resources"];
  if (template === undefined || !isJson(resources)) return undefined;
  const all = Object.entries(resources);
  if (all.length === 0 || !all.every(([, resource]) => isJson(resource))) return undefined;
  return {
    resources: Object.fromEntries(all.map(([id, resource]) => [id, resourceOf(resource as Json)])),
    isTransformed: "Transform" in template || takesIn(template),
  };
}

function takesIn(value: unknown): boolean {
  if (typeof value === "string") return /\{\{resolve:|^AWS::SSM::Parameter::Value</.test(value);
  if (Array.isArray(value)) return value.some(takesIn);
  return (
    isJson(value) && Object.entries(value).some(([key, inner]) => key === "Fn::Transform" || takesIn(inner))
  );
}

function resourceOf(resource: Json): StackTemplateResource {
  const { Type: type, DeletionPolicy: policy } = resource;
  return { type: typeof type === "string" ? type : "", isRetained: policy === "Retain" };
}

/** True if the stack's deletion leaves every resource of the template. */
export function retainsAll(template: StackTemplate | undefined): boolean {
  return template !== undefined && Object.values(template.resources).every(({ isRetained }) => isRetained);
}

/**
 * The template with DeletionPolicy Retain on every resource, and nothing else of effect changed. CloudFormation takes
 * a changed deletion policy for no update ("No updates are to be performed"), but a changed metadata attribute for one.
 * Source: User Guide, "Troubleshooting CloudFormation", "No updates to perform".
 * @throws TypeError for what `readTemplate` does not read
 */
export function withRetainedResources(text: string): string {
  const template = parse(text);
  const resources = template?.["Resources"];
  if (!isJson(resources)) throw new TypeError("no JSON template");
  const retained = Object.entries(resources).map(([id, resource]) => [id, retain(resource as Json)] as const);
  return JSON.stringify({ ...template, Resources: Object.fromEntries(retained) });
}

function retain(resource: Json): Json {
  const { Metadata: metadata } = resource;
  return {
    ...resource,
    Metadata: { ...(isJson(metadata) ? metadata : {}), ...METADATA },
    DeletionPolicy: "Retain",
  };
}

function parse(text: string): Json | undefined {
  const read = readJson(text);
  return read.ok && isJson(read.value) ? read.value : undefined;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
