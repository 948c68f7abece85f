import { callOfEks, largeEks, podIdentityStatement } from "./large-eks.ts";
import {
  AWS_ACCOUNT,
  clusterNames,
  hostPath,
  isAssociated,
  numberIn,
  provider,
  roleArn,
  serviceAccountName,
  type LargeWorldSize,
} from "./large-names.ts";
import { instanceProfile, instances, NODE_ROLE, WORKER_POLICY } from "./large-nodes.ts";

const POLICIES = 200;

/** What is answered to a call. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What EKS, STS and IAM answer. */
export function largeAws(
  size: LargeWorldSize,
  closedRoles: ReadonlySet<number>,
  api: { readonly endpoint: string; readonly caPem: string },
): (path: string, text: string, count: (name: string) => void) => Answer {
  return (path, text, count) => {
    const body = new URLSearchParams(text);
    const action = body.get("Action");
    count(action === null ? callOfEks(path) : `aws:${action}`);
    if (action === null)
      return { status: 200, type: "application/json", body: JSON.stringify(largeEks(path, text, api, size)) };
    if (action === "DescribeInstances")
      return { status: 200, type: "text/xml", body: instances([...body], size) };
    const result = query(action, body, { ...size, closedRoles });
    return typeof result === "string"
      ? { status: 200, type: "text/xml", body: xml(action, result) }
      : { status: 403, type: "text/xml", body: refusal(result) };
  };
}

/** The world as it is now. */
interface World extends LargeWorldSize {
  readonly closedRoles: ReadonlySet<number>;
}

/** What AWS refuses. */
interface Refused {
  readonly code: string;
  readonly message: string;
}

function query(action: string, body: URLSearchParams, size: World): string | Refused {
  const { awsAccount = AWS_ACCOUNT } = size;
  const providers = clusterNames(size).map((_, at) => provider(at, size));
  switch (action) {
    case "GetCallerIdentity":
      return `<Arn>arn:aws:iam::${awsAccount}:user/bench</Arn><Account>${awsAccount}</Account><UserId>x</UserId>`;
    case "ListOpenIDConnectProviders":
      return `<OpenIDConnectProviderList>${providers.map((arn) => `<member><Arn>${arn}</Arn></member>`).join("")}</OpenIDConnectProviderList>`;
    case "GetOpenIDConnectProvider":
      return `<Url>${body.get("OpenIDConnectProviderArn")?.split("oidc-provider/")[1]}</Url><ClientIDList><member>sts.amazonaws.com</member></ClientIDList>`;
    case "GetAccountAuthorizationDetails":
      return details(body, size);
    case "GetInstanceProfile":
      return instanceProfile(size);
    case "AssumeRoleWithWebIdentity":
      return assumed(body, size);
    default:
      throw new Error(`the bench's AWS has no ${action}`);
  }
}

/** A token as an API server signs them, less the signature, which nobody here verifies. */
export function issuedToken(namespace: string, name: string): string {
  const seconds = Math.floor(Date.now() / 1000);
  const claims = {
    iss: `https://${hostPath(0)}`,
    aud: ["sts.amazonaws.com"],
    sub: `system:serviceaccount:${namespace}:${name}`,
    iat: seconds,
    exp: seconds + 600,
  };
  return ["{}", JSON.stringify(claims), "x"].map((part) => Buffer.from(part).toString("base64url")).join(".");
}

/** STS accepts a role's own ServiceAccounts. */
function assumed(body: URLSearchParams, { roles, closedRoles }: World): string | Refused {
  const at = numberIn(body.get("WebIdentityToken") ?? "") % roles;
  const arn = body.get("RoleArn");
  if (arn !== roleArn(at) || closedRoles.has(at))
    return { code: "AccessDenied", message: "Not authorized to perform sts:AssumeRoleWithWebIdentity" };
  const session = `arn:aws:sts::${AWS_ACCOUNT}:assumed-role/role-${at}/proof`;
  const expiration = new Date(Date.now() + 900_000).toISOString();
  return [
    "<Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>none</SecretAccessKey>",
    `<SessionToken>none</SessionToken><Expiration>${expiration}</Expiration></Credentials>`,
    `<AssumedRoleUser><Arn>${session}</Arn><AssumedRoleId>AROA${at}:proof</AssumedRoleId></AssumedRoleUser>`,
  ].join("");
}

/** The roles and then the policies, as many a page as asked for. */
function details(body: URLSearchParams, size: World): string {
  const { roles } = size;
  const from = Number(body.get("Marker") ?? 0);
  const to = Math.min(from + Number(body.get("MaxItems") ?? 100), roles + POLICIES);
  const numbers = Array.from({ length: to - from }, (_, at) => from + at);
  const roleItems = numbers.filter((at) => at < roles).map((at) => role(at, size));
  const policyItems = numbers.filter((at) => at >= roles).map((at) => policy(at - roles, size));
  const more = to < roles + POLICIES;
  return [
    `<RoleDetailList>${roleItems.join("")}</RoleDetailList>`,
    `<Policies>${policyItems.join("")}</Policies>`,
    `<IsTruncated>${more}</IsTruncated>${more ? `<Marker>${to}</Marker>` : ""}`,
  ].join("");
}

/** Nine of ten roles name two ServiceAccounts; of the others some take a whole namespace, and some are for EC2. */
function role(at: number, size: World): string {
  const name = `role-${at}`;
  return [
    "<member>",
    `<Path>/workloads/</Path><RoleName>${name}</RoleName><RoleId>AROA${at}</RoleId><Arn>${roleArn(at, size)}</Arn>`,
    "<CreateDate>2026-01-01T00:00:00Z</CreateDate>",
    `<AssumeRolePolicyDocument>${encodeURIComponent(JSON.stringify(trust(at, size)))}</AssumeRolePolicyDocument>`,
    `<RolePolicyList><member><PolicyName>inline</PolicyName><PolicyDocument>${INLINE}</PolicyDocument></member></RolePolicyList>`,
    `<AttachedManagedPolicies>${attached(at, size)
      .map((arn) => `<member><PolicyName>p</PolicyName><PolicyArn>${arn}</PolicyArn></member>`)
      .join("")}</AttachedManagedPolicies>`,
    `<Tags><member><Key>team</Key><Value>team-${at % 200}</Value></member></Tags>`,
    "<RoleLastUsed><LastUsedDate>2026-11-01T00:00:00Z</LastUsedDate><Region>eu-west-1</Region></RoleLastUsed>",
    "</member>",
  ].join("");
}

/** The node role has what nodes need, too. */
function attached(at: number, size: World): readonly string[] {
  const own = policyArn(at % POLICIES, size);
  return size.nodes !== undefined && at === NODE_ROLE ? [own, WORKER_POLICY] : [own];
}

function trust(at: number, size: World): object {
  const { serviceAccounts, wildcards, closedRoles, clusters = 1 } = size;
  const issuer = hostPath(at % clusters, size);
  const subject = (number: number): string => {
    if (closedRoles.has(at)) return "system:serviceaccount:nobody:nobody";
    const { namespace, name } = serviceAccountName(number % serviceAccounts);
    return `system:serviceaccount:${namespace}:${name}`;
  };
  const aud = { [`${issuer}:aud`]: "sts.amazonaws.com" };
  const like = wildcard(at, wildcards === true);
  const Condition =
    like === undefined
      ? { StringEquals: { ...aud, [`${issuer}:sub`]: [subject(at), subject(at + serviceAccounts / 2)] } }
      : { StringEquals: aud, StringLike: { [`${issuer}:sub`]: like } };
  const pods = {
    Effect: "Allow",
    Principal: { Federated: provider(at % clusters, size) },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition,
  };
  if (isAssociated(at, size)) return { Version: "2012-10-17", Statement: [podIdentityStatement(size)] };
  const ec2 = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
  return { Version: "2012-10-17", Statement: [at % 20 === 1 ? ec2 : pods] };
}

/** A namespace or, where there are more, names of any namespace and namespaces of one prefix; `undefined` for roles that name subjects. */
function wildcard(at: number, more: boolean): string | readonly string[] | undefined {
  if (at % 20 === 0) return `system:serviceaccount:team-${at % 200}:*`;
  if (more && at % 10 === 2) return `system:serviceaccount:*:service-${at}?`;
  if (more && at % 10 === 4)
    return [`system:serviceaccount:team-?:service-*${at}`, `system:serviceaccount:*-${at % 200}:*-${at}*`];
  return undefined;
}

const INLINE = encodeURIComponent(
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: "arn:aws:s3:::bucket/*" },
    ],
  }),
);

function policyArn(at: number, { awsAccount = AWS_ACCOUNT }: LargeWorldSize): string {
  return `arn:aws:iam::${awsAccount}:policy/policy-${at}`;
}

function policy(at: number, size: LargeWorldSize): string {
  const version = `<Document>${INLINE}</Document><VersionId>v1</VersionId><IsDefaultVersion>true</IsDefaultVersion>`;
  return `<member><PolicyName>policy-${at}</PolicyName><Arn>${policyArn(at, size)}</Arn><PolicyVersionList><member>${version}</member></PolicyVersionList></member>`;
}

function xml(action: string, result: string): string {
  return `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></${action}Response>`;
}

function refusal({ code, message }: Refused): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>x</RequestId></ErrorResponse>`;
}
