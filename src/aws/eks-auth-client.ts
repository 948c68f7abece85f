import { EKSClient, type EKSClientConfig, type EKSClientResolvedConfig } from "@aws-sdk/client-eks";
import { makeBuilder, type Client } from "@smithy/core/client";
import { getEndpointPlugin } from "@smithy/core/endpoints";
import { eksAuthEndpoint, EKS_AUTH_ID, EKS_AUTH_PARAMETERS } from "./eks-auth-endpoint.ts";

/** What EKS Auth is asked. Source: EKS Auth API Reference, AssumeRoleForPodIdentity. */
export interface AssumeRoleForPodIdentityInput {
  readonly clusterName: string;
  readonly token: string;
}

/** What of its answer is read, with what the SDK adds. */
export interface AssumeRoleForPodIdentityOutput {
  readonly assumedRoleUser?: { readonly arn?: string };
  readonly podIdentityAssociation?: { readonly associationId?: string };
  readonly credentials?: { readonly secretAccessKey?: string; readonly sessionToken?: string };
  readonly $metadata: { readonly requestId?: string };
}

/** A client of the EKS Auth API. */
export type EksAuthClient = Client<
  object,
  AssumeRoleForPodIdentityInput,
  AssumeRoleForPodIdentityOutput,
  EKSClientResolvedConfig
>;

/** The SDK's own types of schemas are internal. */
type OperationSchema = Parameters<ReturnType<typeof makeBuilder>>[3];
type SchemaRef = OperationSchema[4];

const NAMESPACE = "com.amazonaws.eksauth";
const IN_PATH = 1;
const STRING = 0;
/** A sensitive string: the SDK leaves it out of its logs. */
const SECRET: SchemaRef = [0, NAMESPACE, "Secret", { sensitive: 1 }, 0];

/** A structure as the SDK's schemas have one; all members are optional. */
function structure(name: string, members: Readonly<Record<string, SchemaRef>>): SchemaRef {
  return [3, NAMESPACE, name, 0, Object.keys(members), Object.values(members)];
}

const INPUT = structure("AssumeRoleForPodIdentityRequest", {
  clusterName: [STRING, IN_PATH],
  token: SECRET,
});

const OUTPUT = structure("AssumeRoleForPodIdentityResponse", {
  assumedRoleUser: structure("AssumedRoleUser", { arn: STRING }),
  podIdentityAssociation: structure("PodIdentityAssociation", { associationId: STRING }),
  credentials: structure("Credentials", { secretAccessKey: SECRET, sessionToken: SECRET }),
});

const OPERATION: OperationSchema = [
  9,
  NAMESPACE,
  "AssumeRoleForPodIdentity",
  { http: ["POST", "/clusters/{clusterName}/assume-role-for-pod-identity", 200] },
  INPUT,
  OUTPUT,
];

const command = makeBuilder<
  EKSClientResolvedConfig,
  AssumeRoleForPodIdentityInput,
  AssumeRoleForPodIdentityOutput
>(EKS_AUTH_PARAMETERS, "EKSAuthFrontend", "EKSAuthClient", getEndpointPlugin);

/** The API's one operation. */
export const AssumeRoleForPodIdentityCommand = command<
  AssumeRoleForPodIdentityInput,
  AssumeRoleForPodIdentityOutput
>({}, () => [], "AssumeRoleForPodIdentity", OPERATION);

/**
 * EKS Auth through the SDK's client of EKS, which has the same protocol, signature and retries; it knows the operation by
 * the schema above. `@aws-sdk/client-eks-auth` can take the place of this file.
 */
export function eksAuthClient(config: EKSClientConfig): EKSClient {
  const ofEksAuth = {
    ...config,
    serviceId: EKS_AUTH_ID,
    endpointProvider: eksAuthEndpoint,
  };
  return new EKSClient(ofEksAuth);
}
