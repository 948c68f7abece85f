import { AwsEc2QueryProtocol } from "@aws-sdk/core/protocols";
import { IAMClient, type IAMClientConfig, type IAMClientResolvedConfig } from "@aws-sdk/client-iam";
import { makeBuilder, type Client } from "@smithy/core/client";
import { getEndpointPlugin } from "@smithy/core/endpoints";
import { partitionOfRegion } from "../model/partition.ts";

/** A condition on what a list has. */
interface Filter {
  readonly Name: string;
  readonly Values: readonly string[];
}

/** What EC2 is asked for instances. Source: EC2 API Reference, DescribeInstances. */
export interface DescribeInstancesInput {
  readonly Filters: readonly Filter[];
  readonly NextToken?: string;
}

/** What the SDK adds to every answer. */
interface Answer {
  readonly $metadata: { readonly requestId?: string };
}

/** What of its answer is read. */
export interface DescribeInstancesOutput extends Answer {
  readonly Reservations?: readonly { readonly Instances?: readonly InstanceAnswer[] }[];
  readonly NextToken?: string;
}

/** What of an instance is read. */
export interface InstanceAnswer {
  readonly InstanceId?: string;
  readonly IamInstanceProfile?: { readonly Arn?: string };
  readonly MetadataOptions?: MetadataAnswer;
}

/** How an instance offers its metadata. Source: EC2 API Reference, InstanceMetadataOptionsResponse. */
export interface MetadataAnswer {
  readonly HttpTokens?: string;
  readonly HttpPutResponseHopLimit?: number;
  readonly HttpEndpoint?: string;
}

/** What EC2 is asked for launch templates. Source: EC2 API Reference, DescribeLaunchTemplateVersions. */
export interface DescribeLaunchTemplateVersionsInput {
  readonly LaunchTemplateId: string;
  readonly Versions: readonly string[];
}

/** What of its answer is read. */
export interface DescribeLaunchTemplateVersionsOutput extends Answer {
  readonly LaunchTemplateVersions?: readonly {
    readonly LaunchTemplateData?: { readonly MetadataOptions?: MetadataAnswer };
  }[];
}

type Input = DescribeInstancesInput | DescribeLaunchTemplateVersionsInput;
type Output = DescribeInstancesOutput | DescribeLaunchTemplateVersionsOutput;

/** A client of the EC2 API. */
export type Ec2Client = Client<object, Input, Output, IAMClientResolvedConfig>;

/** The SDK's own types of schemas are internal. */
type OperationSchema = Parameters<ReturnType<typeof makeBuilder>>[3];
type SchemaRef = OperationSchema[4];

const NAMESPACE = "com.amazonaws.ec2";
const STRING = 0;
const NUMBER = 1;

/** A structure as the SDK's schemas have one, each member with its name in XML where that is another. */
function structure(
  name: string,
  members: Readonly<Record<string, readonly [schema: SchemaRef, xmlName?: string]>>,
): SchemaRef {
  const refs = Object.values(members).map(([schema, xmlName]): SchemaRef =>
    xmlName === undefined ? schema : [schema, { xmlName }],
  );
  return [3, NAMESPACE, name, 0, Object.keys(members), refs];
}

function list(name: string, of: SchemaRef, xmlName: string): SchemaRef {
  return [1, NAMESPACE, name, 0, [of, { xmlName }]];
}

const FILTERS = list(
  "FilterList",
  structure("Filter", {
    Name: [STRING],
    Values: [list("ValueStringList", STRING, "item"), "Value"],
  }),
  "Filter",
);

const METADATA = structure("InstanceMetadataOptions", {
  HttpTokens: [STRING, "httpTokens"],
  HttpPutResponseHopLimit: [NUMBER, "httpPutResponseHopLimit"],
  HttpEndpoint: [STRING, "httpEndpoint"],
});

const INSTANCE = structure("Instance", {
  InstanceId: [STRING, "instanceId"],
  IamInstanceProfile: [structure("IamInstanceProfile", { Arn: [STRING, "arn"] }), "iamInstanceProfile"],
  MetadataOptions: [METADATA, "metadataOptions"],
});

const RESERVATION = structure("Reservation", {
  Instances: [list("InstanceList", INSTANCE, "item"), "instancesSet"],
});

const DESCRIBE_INSTANCES: OperationSchema = [
  9,
  NAMESPACE,
  "DescribeInstances",
  0,
  structure("DescribeInstancesRequest", { Filters: [FILTERS, "Filter"], NextToken: [STRING] }),
  structure("DescribeInstancesResult", {
    Reservations: [list("ReservationList", RESERVATION, "item"), "reservationSet"],
    NextToken: [STRING, "nextToken"],
  }),
];

const TEMPLATE_VERSION = structure("LaunchTemplateVersion", {
  LaunchTemplateData: [
    structure("ResponseLaunchTemplateData", { MetadataOptions: [METADATA, "metadataOptions"] }),
    "launchTemplateData",
  ],
});

const DESCRIBE_LAUNCH_TEMPLATE_VERSIONS: OperationSchema = [
  9,
  NAMESPACE,
  "DescribeLaunchTemplateVersions",
  0,
  structure("DescribeLaunchTemplateVersionsRequest", {
    LaunchTemplateId: [STRING],
    Versions: [list("VersionStringList", STRING, "item"), "LaunchTemplateVersion"],
  }),
  structure("DescribeLaunchTemplateVersionsResult", {
    LaunchTemplateVersions: [
      list("LaunchTemplateVersionSet", TEMPLATE_VERSION, "item"),
      "launchTemplateVersionSet",
    ],
  }),
];

const ENDPOINT_PARAMETERS = {
  UseFIPS: { type: "builtInParams", name: "useFipsEndpoint" },
  UseDualStack: { type: "builtInParams", name: "useDualstackEndpoint" },
  Endpoint: { type: "builtInParams", name: "endpoint" },
  Region: { type: "builtInParams", name: "region" },
} as const;

const command = makeBuilder<IAMClientResolvedConfig, Input, Output>(
  ENDPOINT_PARAMETERS,
  "AmazonEC2",
  "EC2Client",
  getEndpointPlugin,
);

/** Lists instances. */
export const DescribeInstancesCommand = command<DescribeInstancesInput, DescribeInstancesOutput>(
  {},
  () => [],
  "DescribeInstances",
  DESCRIBE_INSTANCES,
);

/** Describes versions of a launch template. */
export const DescribeLaunchTemplateVersionsCommand = command<
  DescribeLaunchTemplateVersionsInput,
  DescribeLaunchTemplateVersionsOutput
>({}, () => [], "DescribeLaunchTemplateVersions", DESCRIBE_LAUNCH_TEMPLATE_VERSIONS);

interface EndpointParameters {
  readonly Region?: string | undefined;
  readonly UseFIPS?: boolean | undefined;
  readonly UseDualStack?: boolean | undefined;
  readonly Endpoint?: string | undefined;
}

/** The host of the region, and how it wants to be signed for. Source: the SDKs' endpoint rules of EC2. */
function endpointOf({
  Region: region = "",
  UseFIPS: fips = false,
  UseDualStack: dualStack = false,
  Endpoint: given,
}: EndpointParameters) {
  const { dnsSuffix, dualStackDnsSuffix } = partitionOfRegion(region);
  const host = `ec2${fips ? "-fips" : ""}.${region}.${dualStack ? dualStackDnsSuffix : dnsSuffix}`;
  const authSchemes = [{ name: "sigv4", signingName: "ec2", signingRegion: region, properties: {} }];
  return { url: new URL(given ?? `https://${host}`), properties: { authSchemes } };
}

/**
 * EC2 through the SDK's client of IAM, which has the same family of protocols, signature and retries; it knows the
 * operations by the schemas above. `@aws-sdk/client-ec2` can take the place of this file: it adds 0.55 MB to the bundle,
 * since the schemas of all 700 operations are in one module (docs/decisions/0024-roles-of-nodes.md).
 */
export function ec2Client(config: IAMClientConfig): IAMClient {
  const ofEc2 = {
    ...config,
    // AWS_ENDPOINT_URL_EC2, and `ec2` in a profile's services, are read by this name.
    serviceId: "EC2",
    protocol: AwsEc2QueryProtocol,
    protocolSettings: {
      defaultNamespace: NAMESPACE,
      xmlNamespace: "http://ec2.amazonaws.com/doc/2016-11-15",
      version: "2016-11-15",
      serviceTarget: "AmazonEC2",
    },
    endpointProvider: endpointOf,
  };
  return new IAMClient(ofEc2);
}
