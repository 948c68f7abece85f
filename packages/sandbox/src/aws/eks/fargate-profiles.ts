import { AwsError, maybeText } from "../exchange.ts";
import { isObject } from "../iam/policy-grammar.ts";
import type { OperationContext, Operations } from "../operation.ts";
import { at, type ClusterState, type FargateProfileState } from "../state.ts";
import type { Result } from "../wire-format.ts";
import { invalidParameter, required, roleByArn } from "./association-input.ts";
import { clusterOf, listResult, notFound } from "./clusters.ts";
import { partArn } from "./part-arn.ts";
import { checkedTags } from "./tags.ts";

/** Fargate profiles, on which nothing runs. Source: Amazon EKS API Reference, the operations named. */
export const FARGATE_OPERATIONS: Operations = {
  ListFargateProfiles(context) {
    const names = Object.keys(profilesOf(clusterOf(context))).toSorted();
    return listResult("fargateProfileNames", names, context);
  },

  DescribeFargateProfile(context) {
    return { fargateProfile: describe(context, profileOf(context), "ACTIVE") };
  },

  CreateFargateProfile(context) {
    const { awsAccount, parameters, now } = context;
    const cluster = clusterOf(context);
    const name = required(parameters, "fargateProfileName");
    if (at(profilesOf(cluster), name) !== undefined)
      throw new AwsError(409, "ResourceInUseException", `Fargate Profile already exists: ${name}`);
    const podExecutionRoleArn = required(parameters, "podExecutionRoleArn");
    if (roleByArn(awsAccount, podExecutionRoleArn) === undefined)
      throw invalidParameter(`The role with name ${podExecutionRoleArn} cannot be found.`);
    const created = now.toISOString();
    const profile: FargateProfileState = {
      name,
      arn: partArn(cluster, "fargateprofile", name, created),
      podExecutionRoleArn,
      namespaces: [parameters["selectors"] ?? []]
        .flat()
        .flatMap((one) => (isObject(one) ? (maybeText(one, "namespace") ?? []) : [])),
      created,
      tags: checkedTags(parameters),
    };
    cluster.fargateProfiles = { ...profilesOf(cluster), [name]: profile };
    return { fargateProfile: describe(context, profile, "CREATING") };
  },

  DeleteFargateProfile(context) {
    const cluster = clusterOf(context);
    const profile = profileOf(context);
    const { [profile.name]: _, ...others } = profilesOf(cluster);
    cluster.fargateProfiles = others;
    return { fargateProfile: describe(context, profile, "DELETING") };
  },
};

function profilesOf({ fargateProfiles = {} }: ClusterState): Readonly<Record<string, FargateProfileState>> {
  return fargateProfiles;
}

function profileOf(context: OperationContext): FargateProfileState {
  const name = required(context.parameters, "fargateProfileName");
  const profile = at(profilesOf(clusterOf(context)), name);
  if (profile === undefined) throw notFound(`No Fargate Profile found with name: ${name}.`);
  return profile;
}

function describe(
  context: OperationContext,
  { name, arn, podExecutionRoleArn, namespaces, created, tags }: FargateProfileState,
  status: string,
): Result {
  return {
    fargateProfileName: name,
    fargateProfileArn: arn,
    clusterName: clusterOf(context).name,
    createdAt: new Date(created),
    podExecutionRoleArn,
    subnets: [],
    selectors: namespaces.map((namespace) => ({ namespace })),
    status,
    tags,
  };
}
