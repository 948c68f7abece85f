import type { CloudFormationClientConfig } from "@aws-sdk/client-cloudformation";
import { EKSClient } from "@aws-sdk/client-eks";
import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { AdaptiveRetryStrategy, DefaultRateLimiter } from "@smithy/core/retry";
import { loadConfig, NODE_REGION_CONFIG_FILE_OPTIONS, NODE_REGION_CONFIG_OPTIONS } from "@smithy/core/config";
import { Failure } from "../model/failure.ts";
import { assumedCredentials, type AssumedRoles } from "./assume-roles.ts";
import { checkEndpoints, requireRegion } from "./check-choice.ts";
import { checkConfigFiles } from "./config-files.ts";
import { credentialChain } from "./credential-chain.ts";
import { eksAdapter } from "./eks.ts";
import { iamAdapter } from "./iam.ts";
import { ec2OnDemand, eksAuthOnDemand, organizationsOnDemand, type ClientConfig } from "./on-demand.ts";
import type { AwsCredentials } from "./own-credentials.ts";
import type { OrganizationsPort } from "./organizations-port.ts";
import type { AwsPort, CloudFormationPort } from "./port.ts";
import { namedProfile, requireProfile } from "./profile.ts";
import { QueryProtocol } from "./query-protocol.ts";
import { endpointOverrides } from "./endpoints.ts";
import { fitAnswers } from "./fit-answer.ts";
import { stsAdapter } from "./sts.ts";
import { tellCalls, type TellCall } from "./tell-calls.ts";
import { awsRequestHandler } from "./transport.ts";

/** How the user chose account and region. */
export interface AwsChoice {
  readonly region?: string;
  readonly profile?: string;
  /** Instead of the default credential chain: a program that uses the library has its own. */
  readonly credentials?: () => Promise<AwsCredentials>;
  /** True for whoever makes many calls: they are tried for longer, at the pace that AWS lets them have. */
  readonly adaptiveRetry?: boolean;
  /** True for whoever works on CloudFormation stacks: its client is loaded for nobody else. */
  readonly stacks?: boolean;
  /** Asks for an MFA code; absent where nobody can answer. */
  readonly askMfaCode?: (serial: string) => Promise<string>;
  /** Told of every request to AWS. */
  readonly onCall?: TellCall;
}

/** AWS, ready to be called, and what it is bound to. */
export interface Aws extends AwsPort {
  readonly region: string;
  /** Only where `stacks` was chosen. */
  readonly cloudFormation: CloudFormationPort | undefined;
  readonly organizations: OrganizationsPort;
  /** Endpoints that are not AWS's own, by service; shown with every plan. */
  overrides(): Promise<Readonly<Record<string, string>>>;
  /** The same in another region, or with roles assumed; it is closed with this one. */
  as(change: AwsChange): Aws;
  close(): void;
}

/** What is to be different: who calls, and where. */
export interface AwsChange {
  readonly region?: string;
  readonly assume?: AssumedRoles;
}

const PATIENT_ATTEMPTS = 6;

/**
 * The SDK's adaptive retries for many calls; five pauses, of up to 15 s in all. It slows down at each call that is
 * throttled, and when a bucket runs dry as many are as are under way: by its own 0.7 each, ten take it to a thirtieth.
 */
function patience() {
  const rateLimiter = new DefaultRateLimiter({ beta: 0.9 });
  return {
    maxAttempts: PATIENT_ATTEMPTS,
    retryStrategy: new AdaptiveRetryStrategy(PATIENT_ATTEMPTS, { rateLimiter }),
  };
}

/**
 * Clients on the SDK's default credential chain (environment, profiles, SSO, MFA, web identity, instance).
 * @throws Failure `no-profile` for one that is in no config file, `bad-profile` for one that can't give credentials; `no-region` when neither flag, environment nor
 * profile names one
 */
export async function connectAws(choice: AwsChoice): Promise<Aws> {
  checkConfigFiles();
  const profile = namedProfile(choice.profile);
  if (choice.credentials === undefined) await requireProfile(profile, choice.askMfaCode !== undefined);
  checkEndpoints(process.env);
  const region = requireRegion(choice.region ?? (await defaultRegion(choice.profile)));
  const requestHandler = awsRequestHandler();
  const chosen = {
    ...(choice.profile !== undefined && { profile: choice.profile }),
    ...(choice.askMfaCode !== undefined && { mfaCodeProvider: choice.askMfaCode }),
    clientConfig: { region, requestHandler },
  };
  const credentials = choice.credentials ?? credentialChain(chosen, profile);
  const config = {
    region,
    requestHandler,
    credentials,
    ...(choice.profile !== undefined && { profile: choice.profile }),
  };
  const { adaptiveRetry = false } = choice;
  const stacks =
    choice.stacks === true ? await cloudFormation(clientConfig(config, adaptiveRetry)) : undefined;
  const connected = awsOf(config, adaptiveRetry, choice.onCall);
  return {
    ...connected,
    cloudFormation: stacks?.port,
    overrides: async () => ({ ...(await connected.overrides()), ...(await stacks?.override()) }),
    close: () => requestHandler.destroy(),
  };
}

/** Whom every client calls as, and how. */
type AwsConfig = Parameters<typeof assumedCredentials>[0] & Pick<ClientConfig, "requestHandler" | "profile">;

/** Each service has its own pace. */
function clientConfig(config: AwsConfig, adaptiveRetry: boolean): ClientConfig {
  return { ...config, ...(adaptiveRetry && patience()) };
}

function awsOf(config: AwsConfig, adaptiveRetry: boolean, onCall: TellCall | undefined): Aws {
  const configOfOne = () => clientConfig(config, adaptiveRetry);
  const clients = {
    eks: fitAnswers(new EKSClient(configOfOne())),
    iam: new IAMClient({ ...configOfOne(), protocol: QueryProtocol }),
    sts: new STSClient({ ...configOfOne(), protocol: QueryProtocol }),
  };
  tellCalls(clients.eks.middlewareStack, "eks", onCall);
  tellCalls(clients.iam.middlewareStack, "iam", onCall);
  tellCalls(clients.sts.middlewareStack, "sts", onCall);
  return {
    region: config.region,
    cloudFormation: undefined,
    ec2: ec2OnDemand(configOfOne(), onCall),
    eks: eksAdapter(clients.eks),
    eksAuth: eksAuthOnDemand(configOfOne(), onCall),
    iam: iamAdapter(clients.iam),
    organizations: organizationsOnDemand(configOfOne(), onCall),
    sts: stsAdapter(clients.sts),
    overrides: () => endpointOverrides(clients),
    as: ({ region = config.region, assume }) => {
      const retries = adaptiveRetry ? patience() : {};
      const credentials =
        assume === undefined ? config.credentials : assumedCredentials({ ...config, ...retries }, assume);
      return awsOf({ ...config, region: requireRegion(region), credentials }, adaptiveRetry, onCall);
    },
    close: () => undefined,
  };
}

async function cloudFormation(config: CloudFormationClientConfig) {
  const { connectCloudFormation } = await import("./cloudformation.ts");
  return connectCloudFormation(config);
}

async function defaultRegion(profile: string | undefined): Promise<string> {
  try {
    return await loadConfig(
      {
        ...NODE_REGION_CONFIG_OPTIONS,
        // What is set to nothing is not set.
        environmentVariableSelector: ({ AWS_REGION: first, AWS_DEFAULT_REGION: second }) =>
          [first, second].find((region) => region !== undefined && region !== ""),
      },
      { ...NODE_REGION_CONFIG_FILE_OPTIONS, ...(profile !== undefined && { profile }) },
    )();
  } catch (error) {
    const advice = "Use --region, set AWS_REGION, or choose a profile with a region";
    throw new Failure("input", "no-region", "no AWS region is set", { advice, cause: error });
  }
}
