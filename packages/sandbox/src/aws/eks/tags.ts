import { text, type Parameters } from "../exchange.ts";
import type { OperationContext, Operations } from "../operation.ts";
import type { Tags } from "../state.ts";
import { addonArn } from "./addon-result.ts";
import { invalidParameter } from "./association-input.ts";
import { notFound } from "./clusters.ts";

/** Tags of clusters, add-ons and Pod Identity associations. Source: Amazon EKS API Reference, the operations named. */
export const TAG_OPERATIONS: Operations = {
  ListTagsForResource(context) {
    return { tags: tagsOf(context) };
  },

  TagResource(context) {
    Object.assign(tagsOf(context), checkedTags(context.parameters));
    return {};
  },

  UntagResource(context) {
    const tags = tagsOf(context);
    for (const key of keysIn(context.parameters)) delete tags[key];
    return {};
  },
};

/**
 * The tags that a request gives. Source: EKS API Reference, "TagMap": at most 50, keys of 1 to 128 characters without
 * AWS's prefix, values of at most 256.
 * @throws AwsError InvalidParameterException
 */
export function checkedTags({ tags }: Parameters): Tags {
  if (tags === undefined || tags === null) return {};
  const entries = Object.entries(tags);
  if (entries.length > 50) throw invalidParameter("A resource has at most 50 tags.");
  for (const [key, value] of entries) {
    if (key === "" || key.length > 128) throw invalidParameter("A tag key has 1 to 128 characters.");
    if (/^aws:/i.test(key)) throw invalidParameter("Tag keys must not begin with aws:.");
    if (typeof value !== "string" || value.length > 256)
      throw invalidParameter("A tag value is a text of at most 256 characters.");
  }
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

/** Those of the resource with that ARN, to be changed in place. @throws AwsError NotFoundException */
function tagsOf({ awsAccount, parameters }: OperationContext): Tags {
  const arn = text(parameters, "resourceArn");
  for (const cluster of Object.values(awsAccount.clusters)) {
    const addons = Object.values(cluster.addons);
    const addon = addons.find((one) => addonArn(cluster, one) === arn);
    if (addon !== undefined) return (addon.tags ??= {});
    const found = [cluster, ...Object.values(cluster.associations)].find((one) => one.arn === arn);
    if (found !== undefined) return found.tags;
  }
  throw notFound(`No resource found for arn: ${arn}`);
}

function keysIn({ tagKeys = [] }: Parameters): readonly string[] {
  return [tagKeys].flat().map(String);
}
