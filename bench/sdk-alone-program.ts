// What `irsa create-sa --no-wait` calls, with nothing around it: no flags, no plan, no proof, no error that says what to do.
import { Agent, get } from "node:https";
import { DescribeClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetRoleCommand,
  IAMClient,
} from "@aws-sdk/client-iam";

const POLICY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const NOBODY = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "sts:AssumeRole" }],
};

const [name = "bench", RoleName = "sdk-alone"] = process.argv.slice(2);
const eks = new EKSClient({});
const iam = new IAMClient({});
const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
const ca = Buffer.from(cluster?.certificateAuthority?.data ?? "", "base64");
const agent = new Agent({ keepAlive: true, ca });
const provider = cluster?.identity?.oidc?.issuer?.replace("https://", "") ?? "";

/** A call of the API server, whatever it answers. */
async function read(path: string): Promise<void> {
  await new Promise<void>((done, failed) => {
    const request = get(`${cluster?.endpoint ?? ""}${path}`, { agent }, (answer) => {
      answer.on("end", done).resume();
    });
    request.on("error", failed);
  });
}

await Promise.allSettled([
  iam.send(
    new GetOpenIDConnectProviderCommand({
      OpenIDConnectProviderArn: `arn:aws:iam::111122223333:oidc-provider/${provider}`,
    }),
  ),
  iam.send(new GetPolicyCommand({ PolicyArn: POLICY })),
  iam.send(new GetRoleCommand({ RoleName })),
  read(`/api/v1/namespaces/${RoleName}`),
  read(`/api/v1/namespaces/${RoleName}/serviceaccounts/reader`),
]);
const trust = { RoleName, AssumeRolePolicyDocument: JSON.stringify(NOBODY) };
await Promise.all([iam.send(new CreateRoleCommand(trust)), read(`/api/v1/namespaces/${RoleName}`)]);
await Promise.all([
  iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: POLICY })),
  read(`/api/v1/namespaces/${RoleName}/serviceaccounts/reader`),
]);
agent.destroy();
