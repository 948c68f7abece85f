import * as cloudformation from "@aws-sdk/client-cloudformation";
import * as eks from "@aws-sdk/client-eks";
import * as iam from "@aws-sdk/client-iam";
import * as sts from "@aws-sdk/client-sts";
import type { AccessKey } from "irsa-sandbox/parts";

/** An operation by its service and name. */
export type Action = `${"cloudformation" | "eks" | "iam" | "sts"}:${string}`;

/** What came back: the answer without the SDK's own data, or the error. */
export type Outcome =
  | { readonly answer: unknown }
  | {
      readonly refused: {
        readonly status: number | undefined;
        readonly name: string;
        readonly message: string;
      };
    };

/** How to reach a world. */
export interface Access {
  readonly url: string;
  readonly region: string;
  readonly key: AccessKey;
}

interface Service {
  readonly client: new (options: object) => { send(command: object): Promise<object>; destroy(): void };
  readonly commands: Readonly<Record<string, unknown>>;
}

const SERVICES = {
  cloudformation: { client: cloudformation.CloudFormationClient, commands: cloudformation },
  eks: { client: eks.EKSClient, commands: eks },
  iam: { client: iam.IAMClient, commands: iam },
  sts: { client: sts.STSClient, commands: sts },
} as unknown as Readonly<Record<string, Service>>;

/** Makes a call by the SDK, once. @throws Error for an operation that the SDK does not have. */
export async function call(access: Access, action: Action, input: object): Promise<Outcome> {
  const [name = "", operation = ""] = action.split(":");
  const service = SERVICES[name];
  const Command = service?.commands[`${operation}Command`] as (new (input: object) => object) | undefined;
  if (service === undefined || Command === undefined) throw new Error(`the SDK has no ${action}`);
  const { url: endpoint, region, key: credentials } = access;
  const client = new service.client({ endpoint, region, credentials, maxAttempts: 1 });
  try {
    const { $metadata: _metadata, ...answer } = (await client.send(new Command(input))) as Record<
      string,
      unknown
    >;
    return { answer };
  } catch (error) {
    return { refused: refusalIn(error) };
  } finally {
    client.destroy();
  }
}

function refusalIn(error: unknown) {
  if (!(error instanceof Error)) throw error;
  const { name, message } = error;
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return { status: $metadata?.httpStatusCode, name, message };
}
