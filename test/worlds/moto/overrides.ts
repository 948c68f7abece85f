import {
  GetOpenIDConnectProviderCommand,
  type GetOpenIDConnectProviderCommandOutput,
  type IAMClient,
} from "@aws-sdk/client-iam";
import {
  AwsError,
  answer,
  qualified,
  text,
  type AwsRequest,
  type Backend,
  type WireResponse,
} from "irsa-sandbox/parts";
import type { ClusterFacts } from "../aws-world.ts";

/** What the overrides know beside moto. */
export interface OverrideState {
  readonly clusters: ReadonlyMap<string, ClusterFacts>;
  /** The audiences of the providers that had some added or removed, by the provider's ARN. */
  readonly audiences: Map<string, readonly string[]>;
}

type Override = (request: AwsRequest, moto: Moto, state: OverrideState) => Promise<WireResponse>;

/** The ways to ask moto. */
export interface Moto {
  /** Straight to moto's server, past the gateway. */
  readonly iam: IAMClient;
  readonly forward: Backend;
}

const OVERRIDES: Readonly<Record<string, Override>> = {
  "eks:DescribeCluster": describeCluster,
  "iam:AddClientIDToOpenIDConnectProvider": addAudience,
  "iam:RemoveClientIDFromOpenIDConnectProvider": removeAudience,
  "iam:GetOpenIDConnectProvider": getProvider,
  "iam:CreateOpenIDConnectProvider": createProvider,
  "iam:DeleteOpenIDConnectProvider": deleteProvider,
  "cloudformation:UpdateTerminationProtection": liftProtection,
};

/** moto, with what it lacks or gets wrong repaired; each override says what that is. */
export function withOverrides(moto: Moto, state: OverrideState): Backend {
  return async (request) => {
    const override = OVERRIDES[qualified(request)];
    return override === undefined ? moto.forward(request) : override(request, moto, state);
  };
}

/** The audiences of a provider. @throws AwsError NoSuchEntity */
export async function audiencesOf(arn: string, moto: Moto, state: OverrideState): Promise<readonly string[]> {
  return clientIds(arn, await provider(arn, moto), state);
}

/** moto invents endpoint, CA and issuer, the latter one for all clusters of a region. */
async function describeCluster(request: AwsRequest, moto: Moto, state: OverrideState): Promise<WireResponse> {
  const response = await moto.forward(request);
  const facts = state.clusters.get(text(request.parameters, "name"));
  if (response.status !== 200 || facts === undefined) return response;
  const { cluster } = JSON.parse(response.body) as { readonly cluster: Record<string, unknown> };
  const described = {
    ...cluster,
    endpoint: facts.endpoint,
    certificateAuthority: { data: Buffer.from(facts.caPem).toString("base64") },
    identity: facts.issuer === undefined ? undefined : { oidc: { issuer: facts.issuer } },
    status: facts.status ?? "ACTIVE",
    ...(facts.version !== undefined && { version: facts.version }),
    computeConfig: { enabled: facts.autoMode ?? false },
  };
  return { ...response, body: JSON.stringify({ cluster: described }) };
}

/** moto does not have this operation. */
async function addAudience(request: AwsRequest, moto: Moto, state: OverrideState): Promise<WireResponse> {
  const arn = text(request.parameters, "OpenIDConnectProviderArn");
  const now = await audiencesOf(arn, moto, state);
  state.audiences.set(arn, [...new Set([...now, text(request.parameters, "ClientID")])]);
  return answer(request);
}

/** moto does not have this operation. */
async function removeAudience(request: AwsRequest, moto: Moto, state: OverrideState): Promise<WireResponse> {
  const arn = text(request.parameters, "OpenIDConnectProviderArn");
  const gone = text(request.parameters, "ClientID");
  const now = await audiencesOf(arn, moto, state);
  state.audiences.set(
    arn,
    now.filter((audience) => audience !== gone),
  );
  return answer(request);
}

async function getProvider(request: AwsRequest, moto: Moto, state: OverrideState): Promise<WireResponse> {
  const arn = text(request.parameters, "OpenIDConnectProviderArn");
  const { Url, ThumbprintList, CreateDate, Tags } = await provider(arn, moto);
  return answer(request, {
    Url,
    ClientIDList: await audiencesOf(arn, moto, state),
    ThumbprintList: ThumbprintList ?? [],
    CreateDate,
    Tags: (Tags ?? []).map(({ Key, Value }) => ({ Key, Value })),
  });
}

/** moto's EntityAlreadyExists says 'Unknown'. */
async function createProvider(request: AwsRequest, moto: Moto, state: OverrideState): Promise<WireResponse> {
  const response = await moto.forward(request);
  const url = text(request.parameters, "Url");
  if (response.body.includes("EntityAlreadyExists")) {
    throw new AwsError(409, "EntityAlreadyExists", `Provider with url ${url} already exists.`);
  }
  const arn = /<OpenIDConnectProviderArn>([^<]+)</.exec(response.body)?.[1];
  if (arn !== undefined) state.audiences.delete(arn);
  return response;
}

/** moto knows nothing of the audiences kept here. */
async function deleteProvider(request: AwsRequest, moto: Moto, state: OverrideState): Promise<WireResponse> {
  state.audiences.delete(text(request.parameters, "OpenIDConnectProviderArn"));
  return moto.forward(request);
}

/** moto does not have this operation, and deletes what is protected too. */
async function liftProtection(request: AwsRequest): Promise<WireResponse> {
  return answer(request, { StackId: text(request.parameters, "StackName") });
}

async function provider(arn: string, moto: Moto): Promise<GetOpenIDConnectProviderCommandOutput> {
  try {
    return await moto.iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "NoSuchEntityException") throw error;
    throw new AwsError(404, "NoSuchEntity", `OpenIDConnect Provider not found for arn ${arn}`);
  }
}

function clientIds(
  arn: string,
  found: GetOpenIDConnectProviderCommandOutput,
  state: OverrideState,
): readonly string[] {
  return state.audiences.get(arn) ?? found.ClientIDList ?? [];
}
