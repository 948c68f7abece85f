import type { IAMClient } from "@aws-sdk/client-iam";
import type { InstanceMetadata } from "../model/instance-metadata.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import type { Instance } from "../model/node-objects.ts";
import { asFailure, read } from "./call.ts";
import {
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  type Ec2Client,
  type InstanceAnswer,
  type MetadataAnswer,
} from "./ec2-client.ts";
import { answered, gathered, pagesOf } from "./iam-wire.ts";
import type { Ec2Port } from "./port.ts";

/** The most values that a filter takes. Source: EC2 API Reference, Filter. */
const IDS_A_CALL = 200;

/** How many calls run concurrently. */
const AT_ONCE = 4;

/** EC2 through the SDK, in the region of the client. */
export function ec2Adapter(iam: IAMClient): Ec2Port {
  // The client knows the operations by their schemas; the types of IAM's client list IAM's operations alone.
  const client = iam as unknown as Ec2Client;
  return {
    async describeInstances(ids) {
      try {
        const parts = Array.from({ length: Math.ceil(ids.length / IDS_A_CALL) }, (_, at) =>
          ids.slice(at * IDS_A_CALL, (at + 1) * IDS_A_CALL),
        );
        const found = await mapConcurrent(parts, AT_ONCE, (some) => describeInstances(client, some));
        return found.flat();
      } catch (error) {
        throw asFailure("ec2:DescribeInstances", error);
      }
    },
    async getLaunchTemplateMetadata({ id, version }) {
      const command = new DescribeLaunchTemplateVersionsCommand({
        LaunchTemplateId: id,
        Versions: [version],
      });
      const answer = await read("ec2:DescribeLaunchTemplateVersions", () => client.send(command));
      const [found] = answered("the launch template", answer?.LaunchTemplateVersions);
      return toMetadata(found?.LaunchTemplateData?.MetadataOptions);
    },
  };
}

/** By a filter: an id that no longer exists fails the whole call otherwise. */
async function describeInstances(client: Ec2Client, ids: readonly string[]): Promise<Instance[]> {
  const Filters = [{ Name: "instance-id", Values: ids }];
  const pages = pagesOf((token) => client.send(new DescribeInstancesCommand({ Filters, ...token })));
  const found = await gathered(pages, ({ Reservations }) => Reservations ?? []);
  return found.flatMap(({ Instances = [] }) => Instances.map(toInstance));
}

function toInstance({ InstanceId, IamInstanceProfile, MetadataOptions }: InstanceAnswer): Instance {
  const metadata = toMetadata(MetadataOptions);
  const profileArn = IamInstanceProfile?.Arn;
  return {
    id: answered("an instance's ID", InstanceId),
    ...(profileArn !== undefined && { profileArn }),
    ...(metadata !== undefined && { metadata }),
  };
}

/** Unknown unless all of it is there. */
function toMetadata(answer: MetadataAnswer | undefined): InstanceMetadata | undefined {
  const { HttpTokens, HttpPutResponseHopLimit: hopLimit, HttpEndpoint } = answer ?? {};
  if (HttpTokens === undefined || hopLimit === undefined) return undefined;
  return { isEnabled: HttpEndpoint !== "disabled", requiresToken: HttpTokens === "required", hopLimit };
}
