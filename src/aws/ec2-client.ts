import { AwsEc2QueryProtocol } from "@aws-sdk/core/protocols";
import { IAMClient, type IAMClientConfig, type IAMClientResolvedConfig } from "@aws-sdk/client-iam";
import { makeBuilder, type Client } from "@smithy/core/client";
import { getEndpointPlugin } from "@smithy/core/endpoints";
import { partitionOfRegion } from "../model/partition.ts";
import { schemasOf, STRING, type Answer, type SchemaRef } from "./operation-schemas.ts";
import { ENDPOINT_PARAMETERS, signedEndpoint, type EndpointParameters } from "./service-endpoint.ts";

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

const NAMESPACE = "com.amazonaws.ec2";
const NUMBER = 1;

const { structure, list, operation } = schemasOf(NAMESPACE);

/** With its name in XML where that is another. */
const named = (xmlName: string, schema: SchemaRef): SchemaRef => [schema, { xmlName }];
const items = (name: string, of: SchemaRef): SchemaRef => list(name, named("item", of));

const FILTER = structure("Filter", {
  Name: STRING,
  Values: named("Value", items("ValueStringList", STRING)),
});

const METADATA = structure("InstanceMetadataOptions", {
  HttpTokens: named("httpTokens", STRING),
  HttpPutResponseHopLimit: named("httpPutResponseHopLimit", NUMBER),
  HttpEndpoint: named("httpEndpoint", STRING),
});

const INSTANCE = structure("Instance", {
  InstanceId: named("instanceId", STRING),
  IamInstanceProfile: named(
    "iamInstanceProfile",
    structure("IamInstanceProfile", { Arn: named("arn", STRING) }),
  ),
  MetadataOptions: named("metadataOptions", METADATA),
});

const RESERVATION = structure("Reservation", {
  Instances: named("instancesSet", items("InstanceList", INSTANCE)),
});

const DESCRIBE_INSTANCES = operation(
  "DescribeInstances",
  structure("DescribeInstancesRequest", {
    Filters: named("Filter", list("FilterList", named("Filter", FILTER))),
    NextToken: STRING,
  }),
  structure("DescribeInstancesResult", {
    Reservations: named("reservationSet", items("ReservationList", RESERVATION)),
    NextToken: named("nextToken", STRING),
  }),
);

const TEMPLATE_VERSION = structure("LaunchTemplateVersion", {
  LaunchTemplateData: named(
    "launchTemplateData",
    structure("ResponseLaunchTemplateData", { MetadataOptions: named("metadataOptions", METADATA) }),
  ),
});

const DESCRIBE_LAUNCH_TEMPLATE_VERSIONS = operation(
  "DescribeLaunchTemplateVersions",
  structure("DescribeLaunchTemplateVersionsRequest", {
    LaunchTemplateId: STRING,
    Versions: named("LaunchTemplateVersion", items("VersionStringList", STRING)),
  }),
  structure("DescribeLaunchTemplateVersionsResult", {
    LaunchTemplateVersions: named(
      "launchTemplateVersionSet",
      items("LaunchTemplateVersionSet", TEMPLATE_VERSION),
    ),
  }),
);

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

/** The host of the region. Source: the SDKs' endpoint rules of EC2. */
function endpointOf({
  Region: region = "",
  UseFIPS: fips = false,
  UseDualStack: dualStack = false,
  Endpoint,
}: EndpointParameters) {
  const { dnsSuffix, dualStackDnsSuffix } = partitionOfRegion(region);
  const host = `ec2${fips ? "-fips" : ""}.${region}.${dualStack ? dualStackDnsSuffix : dnsSuffix}`;
  return signedEndpoint(host, Endpoint, { signingName: "ec2", signingRegion: region });
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
