import type { IAMClientConfig } from "@aws-sdk/client-iam";
import { memoized } from "../model/memoized.ts";
import type { OrganizationsPort } from "./organizations-port.ts";
import type { Ec2Port, EksAuthPort } from "./port.ts";
import { tellCalls, type TellCall } from "./tell-calls.ts";

/** What every client is made with. */
export type ClientConfig = Pick<
  IAMClientConfig,
  "region" | "requestHandler" | "credentials" | "profile" | "maxAttempts" | "retryStrategy"
>;

/** EC2, whose code and client few runs need, loaded at its first call. */
export function ec2OnDemand(config: ClientConfig, tell: TellCall | undefined): Ec2Port {
  const port = memoized(async () => {
    const [{ ec2Adapter }, { ec2Client }] = await Promise.all([
      import("./ec2.ts"),
      import("./ec2-client.ts"),
    ]);
    const client = ec2Client(config);
    tellCalls(client.middlewareStack, "ec2", tell);
    return ec2Adapter(client);
  });
  return {
    describeInstances: async (ids) => (await port()).describeInstances(ids),
    getLaunchTemplateMetadata: async (template) => (await port()).getLaunchTemplateMetadata(template),
  };
}

/** Organizations, which `--organization` alone calls, loaded at its first call. */
export function organizationsOnDemand(config: ClientConfig, tell: TellCall | undefined): OrganizationsPort {
  const port = memoized(async () => {
    const [{ organizationsAdapter }, { organizationsClient }, { fitAnswers }] = await Promise.all([
      import("./organizations.ts"),
      import("./organizations-client.ts"),
      import("./fit-answer.ts"),
    ]);
    const client = fitAnswers(organizationsClient(config));
    tellCalls(client.middlewareStack, "organizations", tell);
    return organizationsAdapter(client);
  });
  return {
    listAccounts: async (parent) => (await port()).listAccounts(parent),
    listUnits: async (parent) => (await port()).listUnits(parent),
  };
}

/** EKS Auth, which only proofs of Pod Identity call, loaded at its first call. */
export function eksAuthOnDemand(config: ClientConfig, tell: TellCall | undefined): EksAuthPort {
  const port = memoized(async () => {
    const [{ eksAuthAdapter }, { eksAuthClient }, { fitAnswers }] = await Promise.all([
      import("./eks-auth.ts"),
      import("./eks-auth-client.ts"),
      import("./fit-answer.ts"),
    ]);
    const client = fitAnswers(eksAuthClient(config));
    tellCalls(client.middlewareStack, "eks-auth", tell);
    return eksAuthAdapter(client);
  });
  return { assumeRoleForPodIdentity: async (request) => (await port()).assumeRoleForPodIdentity(request) };
}
