import { EKSClient, type EKSClientConfig, type EKSClientResolvedConfig } from "@aws-sdk/client-eks";
import { makeBuilder, type Client } from "@smithy/core/client";
import { getEndpointPlugin } from "@smithy/core/endpoints";
import { eksAuthEndpoint, EKS_AUTH_ID } from "./eks-auth-endpoint.ts";
import { schemasOf, STRING, type Answer, type SchemaRef } from "./operation-schemas.ts";
import { ENDPOINT_PARAMETERS } from "./service-endpoint.ts";

/** What EKS Auth is asked. Source: EKS Auth API Reference, AssumeRoleForPodIdentity. */
export interface AssumeRoleForPodIdentityInput {
  readonly clusterName: string;
  readonly token: string;
}

/** What of its answer is read. */
export interface AssumeRoleForPodIdentityOutput extends Answer {
  readonly assumedRoleUser?: { readonly arn?: string };
  readonly podIdentityAssociation?: { readonly associationId?: string };
  readonly credentials?: { readonly secretAccessKey?: string; readonly sessionToken?: string };
}

/** A client of the EKS Auth API. */
export type EksAuthClient = Client<
  object,
  AssumeRoleForPodIdentityInput,
  AssumeRoleForPodIdentityOutput,
  EKSClientResolvedConfig
>;

const NAMESPACE = "com.amazonaws.eksauth";
const IN_PATH = 1;
/** A sensitive string: the SDK leaves it out of its logs. */
const SECRET: SchemaRef = [0, NAMESPACE, "Secret", { sensitive: 1 }, 0];

const { structure, operation } = schemasOf(NAMESPACE);

const INPUT = structure("AssumeRoleForPodIdentityRequest", {
  clusterName: [STRING, IN_PATH],
  token: SECRET,
});

const OUTPUT = structure("AssumeRoleForPodIdentityResponse", {
  assumedRoleUser: structure("AssumedRoleUser", { arn: STRING }),
  podIdentityAssociation: structure("PodIdentityAssociation", { associationId: STRING }),
  credentials: structure("Credentials", { secretAccessKey: SECRET, sessionToken: SECRET }),
});

const OPERATION = operation("AssumeRoleForPodIdentity", INPUT, OUTPUT, {
  http: ["POST", "/clusters/{clusterName}/assume-role-for-pod-identity", 200],
});

const command = makeBuilder<
  EKSClientResolvedConfig,
  AssumeRoleForPodIdentityInput,
  AssumeRoleForPodIdentityOutput
>(ENDPOINT_PARAMETERS, "EKSAuthFrontend", "EKSAuthClient", getEndpointPlugin);

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
