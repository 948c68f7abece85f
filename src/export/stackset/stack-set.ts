import { taggedServiceAccount } from "../../model/ownership-tags.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import { yamlText } from "../../output/yaml.ts";
import type { Engine } from "../engine.ts";
import { cloudFormation, TEMPLATE_LIMIT, templateResources } from "../engines/cloudformation.ts";
import { identifier, identifierOf, pascalCase } from "../identifier.ts";
import { roleOf, type ExportModel, type Resource } from "../model.ts";
import { nameOf } from "../texts.ts";
import { merged, notExpressible } from "./merge.ts";
import { placeOf } from "./place.ts";

/** Source: AWS CloudFormation User Guide, "Understand CloudFormation quotas": mappings in a template, attributes in a mapping. */
const LIMIT = { mappings: 200, attributes: 200 };

/** What is the same resource in all clusters has the same logical ID. */
export function sharedLogicalId(resource: Resource): string {
  if (resource.kind === "provider") return "OidcProvider";
  const serviceAccount = resource.kind === "role" ? taggedServiceAccount(resource) : undefined;
  if (serviceAccount === undefined) return pascalCase(resource.kind, identifierOf(resource));
  const path = serviceAccountPath(serviceAccount);
  return pascalCase("role", identifier("role of", path, path));
}

/**
 * The template of a stack set whose instances are these clusters, one in an AWS account and region.
 * @param models of one file, each for another cluster
 * @throws Failure `not-expressible`
 */
export function stackSetTemplate(models: readonly ExportModel[]): string {
  const shared = [...twiceInOnePlace(models), ...sharedRoles(models)];
  if (shared.length > 0) throw notExpressible(shared);
  const { value: Resources, Mappings } = merged(
    models.map((model) => templateResources(model, sharedLogicalId)),
    models.map(placeOf),
  );
  const text = yamlText(
    {
      AWSTemplateFormatVersion: "2010-09-09",
      Description: "IAM roles of ServiceAccounts in EKS clusters",
      ...(Object.keys(Mappings).length > 0 && { Mappings }),
      Resources,
    },
    "1.1",
  );
  const over = tooMuch(models.length, Object.keys(Mappings).length, Buffer.byteLength(text));
  if (over.length > 0) throw notExpressible(over);
  return text;
}

function twiceInOnePlace(models: readonly ExportModel[]): readonly string[] {
  return pairs(models, ({ cluster }) => [`${cluster.awsAccount} ${cluster.region}`]).map(
    ([one, other]) =>
      `clusters '${one.cluster.name}' and '${other.cluster.name}' in ${one.cluster.region} of AWS account ${one.cluster.awsAccount}, which has one stack of the set: name one of them in the targets file (clusters)`,
  );
}

/** IAM has one role of a name in an AWS account, whatever the region. */
function sharedRoles(models: readonly ExportModel[]): readonly string[] {
  const arns = ({ resources }: ExportModel): readonly string[] =>
    resources.flatMap((one) => (one.kind === "role" ? [one.arn] : []));
  return pairs(models, arns).map(([one, other, arn]) => {
    const role = roleOf(one, arn);
    const what = role === undefined ? arn : nameOf(role);
    return `${what}, which the stacks in ${one.cluster.region} and ${other.cluster.region} would both create`;
  });
}

/** The models that have a key of an earlier one, with that one and the key. */
function pairs(models: readonly ExportModel[], keysOf: (model: ExportModel) => readonly string[]) {
  const seen = new Map<string, ExportModel>();
  return models.flatMap((model) =>
    keysOf(model).flatMap((key) => {
      const earlier = seen.get(key);
      seen.set(key, earlier ?? model);
      return earlier === undefined ? [] : [[earlier, model, key] as const];
    }),
  );
}

function tooMuch(clusters: number, mappings: number, bytes: number): readonly string[] {
  const parts = "export parts of it with --include";
  return [
    ...(mappings > 0 && clusters > LIMIT.attributes
      ? [`${clusters} clusters, of which a mapping can have ${LIMIT.attributes}: use several targets files`]
      : []),
    ...(mappings > LIMIT.mappings
      ? [`${mappings} mappings, of which a template can have ${LIMIT.mappings}: ${parts}`]
      : []),
    ...(bytes > TEMPLATE_LIMIT.bytes
      ? [`a template of ${bytes} bytes, which can have at most ${TEMPLATE_LIMIT.bytes}: ${parts}`]
      : []),
  ];
}

const { writeImports: _, ...stack } = cloudFormation;

/** What a stack set keeps is what a stack keeps. */
export const stackSetEngine: Engine = { ...stack, label: "a stack set" };
