import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DescribeClusterCommand, type EKSClient } from "@aws-sdk/client-eks";
import { GetRoleCommand, type IAMClient } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { getEndpointFromInstructions } from "@smithy/core/endpoints";
import { eksAuthEndpoint, EKS_AUTH_ID } from "./eks-auth-endpoint.ts";
import { ENDPOINT_PARAMETERS } from "./service-endpoint.ts";

/** What `getEndpointFromInstructions` takes; the SDK's own types for it are internal. */
type Instructions = Parameters<typeof getEndpointFromInstructions>;

/** Where STS is called, AWS_ENDPOINT_URL* and profiles considered. */
export function stsEndpoint(client: STSClient): Promise<URL> {
  return endpointOf(client, GetCallerIdentityCommand);
}

/** The services' endpoints that are not AWS's own for the region, by service. */
export async function endpointOverrides(clients: {
  readonly eks: EKSClient;
  readonly iam: IAMClient;
  readonly sts: STSClient;
}): Promise<Readonly<Record<string, string>>> {
  const [eksAuth, ...resolved] = await Promise.all([
    override("eks-auth", eksAuthOf(clients.eks), EKS_AUTH),
    override("eks", clients.eks, DescribeClusterCommand),
    override("iam", clients.iam, GetRoleCommand),
    override("sts", clients.sts, GetCallerIdentityCommand),
  ]);
  const others = resolved.flat();
  // Only proofs call it: it is named where its host is not named anyway.
  const own = eksAuth.filter(([, url]) => !others.some(([, other]) => other === url));
  return Object.fromEntries([...others, ...own]);
}

/** What of a client tells its endpoint. */
type Client =
  | Pick<EKSClient | IAMClient | STSClient | CloudFormationClient, "config">
  | ReturnType<typeof eksAuthOf>;

const EKS_AUTH = { getEndpointParameterInstructions: () => ENDPOINT_PARAMETERS };

/** As EKS Auth's client is configured, which few runs make. */
function eksAuthOf({ config: { region, useDualstackEndpoint, useFipsEndpoint } }: EKSClient) {
  return {
    config: {
      serviceId: EKS_AUTH_ID,
      endpointProvider: eksAuthEndpoint,
      region,
      useDualstackEndpoint,
      useFipsEndpoint,
    },
  };
}

/** The service's endpoint if it is not AWS's own for the region, with the service's name. */
export async function override(
  service: string,
  client: Client,
  command: unknown,
): Promise<[string, string][]> {
  const actual = await endpointOf(client, command);
  const usual = client.config.endpointProvider({
    Region: await client.config.region(),
    UseDualStack: await client.config.useDualstackEndpoint(),
    UseFIPS: await client.config.useFipsEndpoint(),
  });
  return actual.host === usual.url.host ? [] : [[service, actual.origin]];
}

async function endpointOf(client: Client, command: unknown): Promise<URL> {
  const config = client.config as unknown as Instructions[2];
  const endpoint = await getEndpointFromInstructions({}, command as Instructions[1], config);
  return endpoint.url;
}
