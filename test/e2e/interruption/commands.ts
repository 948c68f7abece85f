import { CLUSTER_NAME } from "../../worlds/world.ts";

/** A command that writes, on the wire. */
export interface WireCommand {
  readonly name: string;
  /** The command lines that make the world before. */
  readonly before: readonly string[];
  /** The command line, without `--approve`. */
  readonly line: string;
}

const REACH = `--cluster ${CLUSTER_NAME} --region eu-west-1`;
const S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const CLOUDWATCH = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy";
const AGENT = "--namespace amazon-cloudwatch --name cloudwatch-agent";
const CART = "--namespace shop --name cart";

const ASSOCIATE = `associate-oidc ${REACH} --approve`;
const CREATE = `create-sa ${REACH} ${AGENT} --policy-arn ${S3},${CLOUDWATCH} --tag team=edge`;
const CREATED = `${CREATE} --policy-file policy.json --approve`;
const CART_CREATED = `create-sa ${REACH} ${CART} --policy-arn ${S3} --override-existing-serviceaccounts --approve`;

/** The files that the command lines name. */
export const FILES: Readonly<Record<string, string>> = {
  "policy.json": JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::cart/*" }],
  }),
  "before.yaml": fileOf([
    { metadata: { namespace: "a", name: "changes" }, attachPolicyARNs: [CLOUDWATCH] },
    { metadata: { namespace: "b", name: "goes" }, attachPolicyARNs: [S3] },
  ]),
  "now.yaml": fileOf([
    { metadata: { namespace: "a", name: "changes" }, attachPolicyARNs: [S3] },
    { metadata: { namespace: "c", name: "comes" }, wellKnownPolicies: { externalDNS: true } },
  ]),
};

function fileOf(serviceAccounts: readonly object[]): string {
  return JSON.stringify({
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: CLUSTER_NAME, region: "eu-west-1" },
    iam: { withOIDC: true, serviceAccounts },
  });
}

/** The main commands, one hard case of each. */
export const COMMANDS: readonly WireCommand[] = [
  { name: "associate-oidc", before: [], line: `associate-oidc ${REACH} --tag team=edge` },
  {
    name: "disassociate-oidc",
    before: [ASSOCIATE],
    line: `disassociate-oidc ${REACH}`,
  },
  { name: "associate-agent", before: [], line: `associate-agent ${REACH} --tag team=edge` },
  {
    name: "disassociate-agent",
    before: [`associate-agent ${REACH} --approve`],
    line: `disassociate-agent ${REACH}`,
  },
  { name: "create-sa", before: [], line: `${CREATE} --policy-file policy.json --associate-oidc` },
  {
    name: "update-sa",
    before: [ASSOCIATE, CREATED],
    line: `update-sa ${REACH} ${AGENT} --set-policy-arn ${S3} --remove-inline-policy --max-session-duration 2h --tag team=core --label team=core`,
  },
  {
    name: "update-sa of an association",
    before: [`${CREATE} --pod-identity --approve`],
    line: `update-sa ${REACH} ${AGENT} --disable-session-tags --session-policy-file policy.json --tag team=core`,
  },
  { name: "delete-sa", before: [ASSOCIATE, CREATED], line: `delete-sa ${REACH} ${AGENT}` },
  {
    name: "apply --prune",
    before: ["apply -f before.yaml --set fleet --approve"],
    line: "apply -f now.yaml --set fleet --prune --prune-max 2",
  },
  { name: "use-sa", before: [ASSOCIATE, CART_CREATED], line: `use-sa ${REACH} ${CART} deployment/basket` },
  { name: "stale-pods --restart", before: [ASSOCIATE, CART_CREATED], line: `stale-pods ${REACH} --restart` },
  {
    name: "verify --fix",
    before: [ASSOCIATE, CREATED, `disassociate-oidc ${REACH} --force --approve`],
    line: `verify ${REACH} amazon-cloudwatch/cloudwatch-agent --fix`,
  },
];
