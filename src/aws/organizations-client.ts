import { AwsJson1_1Protocol } from "@aws-sdk/core/protocols";
import { EKSClient, type EKSClientConfig, type EKSClientResolvedConfig } from "@aws-sdk/client-eks";
import { makeBuilder, type Client } from "@smithy/core/client";
import { getEndpointPlugin } from "@smithy/core/endpoints";
import { partitionOfRegion } from "../model/partition.ts";
import { schemasOf, STRING, type Answer } from "./operation-schemas.ts";
import { ENDPOINT_PARAMETERS, signedEndpoint, type EndpointParameters } from "./service-endpoint.ts";

/** What Organizations is asked for accounts: all, or those of a root or an organizational unit. */
export interface ListAccountsInput {
  readonly ParentId?: string;
  readonly NextToken?: string;
}

/** What of its answer is read. */
export interface ListAccountsOutput extends Answer {
  readonly Accounts?: readonly AccountAnswer[];
  readonly NextToken?: string;
}

/** What of an account is read; `State` took the place of `Status`. Source: Organizations API Reference, Account. */
export interface AccountAnswer {
  readonly Id?: string;
  readonly Name?: string;
  readonly State?: string;
  readonly Status?: string;
}

/** What it is asked for organizational units. */
export interface ListUnitsInput {
  readonly ParentId: string;
  readonly NextToken?: string;
}

/** What of its answer is read. */
export interface ListUnitsOutput extends Answer {
  readonly OrganizationalUnits?: readonly { readonly Id?: string }[];
  readonly NextToken?: string;
}

type Input = ListAccountsInput | ListUnitsInput;
type Output = ListAccountsOutput | ListUnitsOutput;

/** A client of the Organizations API. */
export type OrganizationsClient = Client<object, Input, Output, EKSClientResolvedConfig>;

const NAMESPACE = "com.amazonaws.organizations";
const TARGET = "AWSOrganizationsV20161128";
const { structure, list, operation } = schemasOf(NAMESPACE);

const INPUT = structure("ListForParentRequest", { ParentId: STRING, NextToken: STRING });

const ACCOUNTS = structure("ListAccountsResponse", {
  Accounts: list(
    "Accounts",
    structure("Account", { Id: STRING, Name: STRING, State: STRING, Status: STRING }),
  ),
  NextToken: STRING,
});

const UNITS = structure("ListOrganizationalUnitsForParentResponse", {
  OrganizationalUnits: list("OrganizationalUnits", structure("OrganizationalUnit", { Id: STRING })),
  NextToken: STRING,
});

const command = makeBuilder<EKSClientResolvedConfig, Input, Output>(
  ENDPOINT_PARAMETERS,
  TARGET,
  "OrganizationsClient",
  getEndpointPlugin,
);

/** Lists the accounts of the organization. */
export const ListAccountsCommand = command<ListAccountsInput, ListAccountsOutput>(
  {},
  () => [],
  "ListAccounts",
  operation("ListAccounts", INPUT, ACCOUNTS),
);

/** Lists the accounts that are directly in a root or an organizational unit. */
export const ListAccountsForParentCommand = command<ListAccountsInput, ListAccountsOutput>(
  {},
  () => [],
  "ListAccountsForParent",
  operation("ListAccountsForParent", INPUT, ACCOUNTS),
);

/** Lists the organizational units that are directly in a root or an organizational unit. */
export const ListUnitsCommand = command<ListUnitsInput, ListUnitsOutput>(
  {},
  () => [],
  "ListOrganizationalUnitsForParent",
  operation("ListOrganizationalUnitsForParent", INPUT, UNITS),
);

/** The one region of each partition that Organizations has an endpoint in. Source: the SDKs' endpoint rules of it. */
const HOMES: Readonly<Record<string, string>> = {
  aws: "us-east-1",
  "aws-cn": "cn-northwest-1",
  "aws-us-gov": "us-gov-west-1",
  "aws-iso": "us-iso-east-1",
  "aws-iso-b": "us-isob-east-1",
  "aws-eusc": "eusc-de-east-1",
};

/** The host for a caller in the region. */
export function organizationsEndpoint({
  Region: region = "",
  UseFIPS: fips = false,
  Endpoint,
}: EndpointParameters) {
  const { id, dnsSuffix } = partitionOfRegion(region);
  const home = HOMES[id] ?? region;
  const host = `organizations${fips ? "-fips" : ""}.${home}.${dnsSuffix}`;
  return signedEndpoint(host, Endpoint, { signingName: "organizations", signingRegion: home });
}

/**
 * Organizations through the SDK's client of EKS, which has the same signature and retries; it knows the operations by the
 * schemas above. `@aws-sdk/client-organizations` can take the place of this file.
 */
export function organizationsClient(config: EKSClientConfig): EKSClient {
  const ofOrganizations = {
    ...config,
    // AWS_ENDPOINT_URL_ORGANIZATIONS, and `organizations` in a profile's services, are read by this name.
    serviceId: "Organizations",
    protocol: AwsJson1_1Protocol,
    protocolSettings: { defaultNamespace: NAMESPACE, version: "2016-11-28", serviceTarget: TARGET },
    endpointProvider: organizationsEndpoint,
  };
  return new EKSClient(ofOrganizations);
}
