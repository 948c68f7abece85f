import { text, type Parameters } from "../exchange.ts";
import type { OperationContext, Operations } from "../operation.ts";
import type { Tags } from "../state.ts";
import { notFound } from "./clusters.ts";

/** Tags of clusters and of their Pod Identity associations. Source: Amazon EKS API Reference, the operations named. */
export const TAG_OPERATIONS: Operations = {
  ListTagsForResource(context) {
    return { tags: tagsOf(context) };
  },

  TagResource(context) {
    Object.assign(tagsOf(context), context.parameters["tags"]);
    return {};
  },

  UntagResource(context) {
    const tags = tagsOf(context);
    for (const key of keysIn(context.parameters)) delete tags[key];
    return {};
  },
};

/** Those of the resource with that ARN, to be changed in place. @throws AwsError NotFoundException */
function tagsOf({ awsAccount, parameters }: OperationContext): Tags {
  const arn = text(parameters, "resourceArn");
  const clusters = Object.values(awsAccount.clusters);
  const resources = [...clusters, ...clusters.flatMap(({ associations }) => Object.values(associations))];
  const found = resources.find((one) => one.arn === arn);
  if (found === undefined) throw notFound(`No resource found for arn: ${arn}`);
  return found.tags;
}

function keysIn({ tagKeys = [] }: Parameters): readonly string[] {
  return [tagKeys].flat().map(String);
}
