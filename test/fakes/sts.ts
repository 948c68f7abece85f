import type { ExchangeAnswer, StsPort } from "../../src/aws/port.ts";
import { roleRef, type ClusterRef, type ProviderArn, type RoleArn } from "../../src/model/arn.ts";
import { Failure } from "../../src/model/failure.ts";
import { evaluateTrust } from "../../src/model/trust-policy/evaluate.ts";
import { webIdentityRequest } from "../../src/model/trust-policy/request.ts";
import { receipt } from "./iam-answers.ts";
import type { Effects, Home, IamState } from "./iam.ts";

/** What a token of the fakes says of its bearer. */
export interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  /** The pod that it is bound to. */
  readonly pod?: string;
}

/** What STS says whatever it is asked: an organization's policy, a region that is off. */
export interface Decree {
  refusal?: { readonly code: string; readonly message: string };
  /** The same of EKS Auth. */
  eksAuth?: { readonly code: string; readonly message: string };
}

/** A token, unsigned. */
export function tokenOf(claims: Claims): string {
  return `fake.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.unsigned`;
}

/** What a token of the fakes says, whoever brings it. */
export function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as Claims;
}

/** STS in memory: judges a token by provider, audience and the role's trust, as the real one does. */
export function stsEffects(
  iamOf: (awsAccount: string) => IamState,
  { partition, awsAccount }: Pick<ClusterRef, "partition" | "awsAccount">,
  decree: Decree = {},
): Effects<StsPort> {
  return {
    getCaller: () => ({ arn: `arn:aws:sts::${awsAccount}:assumed-role/platform/ci`, awsAccount }),
    clusterToken: () => "k8s-aws-v1.fake",
    assumeWithToken: ({ role, token, sessionName }) => {
      if (decree.refusal !== undefined) return { accepted: false, ...decree.refusal, ...receipt() };
      // Whose credentials ask makes no difference: the role decides in which AWS account the provider must be.
      const owner = roleRef(role).awsAccount;
      const home: Home = `arn:${partition}:iam::${owner}`;
      return exchange(iamOf(owner), home, claimsOf(token), role, sessionName);
    },
  };
}

function exchange(
  iam: IamState,
  home: Home,
  { iss, sub, aud }: Claims,
  roleArn: RoleArn,
  session: string,
): ExchangeAnswer {
  const issuerHostPath = iss.slice("https://".length);
  const providerArn = `${home}:oidc-provider/${issuerHostPath}` as ProviderArn;
  const provider = iam.providers.get(providerArn);
  if (provider === undefined)
    return refuse("InvalidIdentityToken", `No OpenIDConnect provider found in your account for ${iss}`);
  if (!provider.clientIds.includes(aud)) return refuse("InvalidIdentityToken", "Incorrect token audience");
  // STS takes the ARN as it is, with its path and its case.
  const role = iam.roles.get(roleRef(roleArn).name.toLowerCase())?.role;
  const request = webIdentityRequest({
    providerArn,
    issuerHostPath,
    subject: sub,
    audience: aud,
    others: "absent",
  });
  if (role?.arn !== roleArn || evaluateTrust(role.trust, request).verdict !== "allow")
    return refuse("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
  return {
    accepted: true,
    assumedRoleArn: `${home.replace(":iam:", ":sts:")}:assumed-role/${role.name}/${session}`,
    ...receipt(),
  };
}

function refuse(code: string, message: string): ExchangeAnswer {
  return { accepted: false, code, message, ...receipt() };
}

/** STS's answer to a caller who may not even ask who it is. */
export function stsDenies(): Failure {
  return new Failure("denied", "access-denied", "not permitted: sts:GetCallerIdentity");
}
