import {
  DescribeFargateProfileCommand,
  DescribeNodegroupCommand,
  paginateListFargateProfiles,
  paginateListNodegroups,
  type EKSClient,
} from "@aws-sdk/client-eks";
import { parseRoleArn, type RoleArn } from "../model/arn.ts";
import { Failure } from "../model/failure.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import type { FargateProfile, NodeGroup } from "../model/node-objects.ts";
import { asFailure, read } from "./call.ts";
import { answered, gathered } from "./iam-wire.ts";
import type { EksPort } from "./port.ts";

/** How many are described concurrently. */
const AT_ONCE = 8;

/** The managed node groups and Fargate profiles of a cluster; EKS's lists have the names alone. */
export function nodeGroupReads(
  client: EKSClient,
): Pick<EksPort, "describeNodeGroups" | "describeFargateProfiles"> {
  return {
    describeNodeGroups: (clusterName) =>
      described("eks:ListNodegroups", {
        list: () =>
          gathered(paginateListNodegroups({ client }, { clusterName }), ({ nodegroups }) => nodegroups),
        describe: async (nodegroupName): Promise<NodeGroup | undefined> => {
          const command = new DescribeNodegroupCommand({ clusterName, nodegroupName });
          const answer = await read("eks:DescribeNodegroup", () => client.send(command));
          if (answer === undefined) return undefined;
          const what = `node group ${nodegroupName}`;
          const { nodeRole, launchTemplate } = answered(`the ${what}`, answer.nodegroup);
          const { id, version } = launchTemplate ?? {};
          return {
            name: nodegroupName,
            roleArn: roleIn(what, nodeRole),
            ...(id !== undefined && version !== undefined && { launchTemplate: { id, version } }),
          };
        },
      }),
    describeFargateProfiles: (clusterName) =>
      described("eks:ListFargateProfiles", {
        list: () =>
          gathered(
            paginateListFargateProfiles({ client }, { clusterName }),
            ({ fargateProfileNames }) => fargateProfileNames,
          ),
        describe: async (fargateProfileName): Promise<FargateProfile | undefined> => {
          const command = new DescribeFargateProfileCommand({ clusterName, fargateProfileName });
          const answer = await read("eks:DescribeFargateProfile", () => client.send(command));
          if (answer === undefined) return undefined;
          const what = `Fargate profile ${fargateProfileName}`;
          const { podExecutionRoleArn, selectors = [] } = answered(`the ${what}`, answer.fargateProfile);
          return {
            name: fargateProfileName,
            roleArn: roleIn(what, podExecutionRoleArn),
            selectors: selectors.map(({ namespace = "", labels = {} }) => ({ namespace, labels })),
          };
        },
      }),
  };
}

/** The role that nodes have. @throws Failure `unexpected-answer` for what is not the ARN of one */
function roleIn(what: string, text: string | undefined): RoleArn {
  const role = parseRoleArn(answered(`the role of ${what}`, text));
  if (role.ok) return role.value;
  throw new Failure("failed", "unexpected-answer", `the role of ${what} is not a valid role ARN`);
}

/** One that is gone meanwhile is none. */
async function described<Found>(
  action: string,
  {
    list,
    describe,
  }: {
    readonly list: () => Promise<readonly string[]>;
    readonly describe: (name: string) => Promise<Found | undefined>;
  },
): Promise<Found[]> {
  try {
    const found = await mapConcurrent(await list(), AT_ONCE, describe);
    return found.flatMap((one) => one ?? []);
  } catch (error) {
    throw asFailure(action, error);
  }
}
