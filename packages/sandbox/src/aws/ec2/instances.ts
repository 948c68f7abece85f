import { AwsError, maybeText, type Parameters } from "../exchange.ts";
import { isObject } from "../iam/policy-grammar.ts";
import type { OperationContext, Operations } from "../operation.ts";
import { cut } from "../paging.ts";
import { at, type InstanceState } from "../state.ts";
import type { Result } from "../wire-format.ts";
import { ec2Id } from "./ec2-id.ts";

/** Instances, which are running immediately and run nothing. Source: EC2 API Reference, the operations named. */
export const INSTANCE_OPERATIONS: Operations = {
  RunInstances(context) {
    const { awsAccount, parameters, region, now } = context;
    const count = Number(maybeText(parameters, "MinCount") ?? 1);
    const made = Array.from({ length: count }, (): InstanceState => {
      const { MetadataOptions: options = {} } = parameters;
      const given = isObject(options) ? options : {};
      return {
        id: ec2Id("i"),
        region,
        profileArn: profileIn(context),
        httpTokens: maybeText(given, "HttpTokens") ?? "optional",
        hopLimit: Number(maybeText(given, "HttpPutResponseHopLimit") ?? 1),
        httpEndpoint: maybeText(given, "HttpEndpoint") ?? "enabled",
        created: now.toISOString(),
      };
    });
    awsAccount.instances = {
      ...awsAccount.instances,
      ...Object.fromEntries(made.map((one) => [one.id, one])),
    };
    return reservation(made);
  },

  DescribeInstances({ awsAccount, parameters, region }) {
    const own = Object.values(awsAccount.instances ?? {}).filter((one) => one.region === region);
    const found = own.filter(({ id }) => idsIn(parameters).every((ids) => ids.includes(id)));
    const size = Number(maybeText(parameters, "MaxResults") ?? 1000);
    const page = cut(found, maybeText(parameters, "NextToken"), size);
    return { reservationSet: page.items.map((one) => reservation([one])), nextToken: page.next };
  },
};

/** The ids that each condition allows. @throws AwsError for a filter that is not emulated */
function idsIn({ Filter: filters = [] }: Parameters): readonly (readonly string[])[] {
  return [filters].flat().map((filter) => {
    if (!isObject(filter) || maybeText(filter, "Name") !== "instance-id")
      throw new AwsError(400, "InvalidParameterValue", "only the filter instance-id is emulated");
    return [filter["Value"] ?? []].flat().map(String);
  });
}

function profileIn({ awsAccount, parameters }: OperationContext): string | undefined {
  const { IamInstanceProfile: profile } = parameters;
  if (!isObject(profile)) return undefined;
  const [arn, name] = [maybeText(profile, "Arn"), maybeText(profile, "Name")];
  const wanted = (name ?? arn?.slice(arn.lastIndexOf("/") + 1) ?? "").toLowerCase();
  const found = at(awsAccount.instanceProfiles, wanted);
  if (found === undefined)
    throw new AwsError(
      400,
      "InvalidParameterValue",
      `Value (${name ?? arn ?? ""}) for parameter iamInstanceProfile is invalid.`,
    );
  return found.arn;
}

function reservation(instances: readonly InstanceState[]): Result {
  return {
    instancesSet: instances.map(({ id, profileArn, httpTokens, hopLimit, httpEndpoint, created }) => ({
      instanceId: id,
      instanceState: { code: 16, name: "running" },
      launchTime: new Date(created),
      iamInstanceProfile: profileArn === undefined ? undefined : { arn: profileArn },
      metadataOptions: {
        state: "applied",
        httpTokens,
        httpPutResponseHopLimit: hopLimit,
        httpEndpoint,
      },
    })),
  };
}
