import type { ClusterRef } from "irsa-model/arn.ts";
import { signedRequest } from "./aws/sigv4.ts";
import type { Sandbox } from "./sandbox.ts";

/** Installs an EKS add-on in a cluster of a sandbox, as its administrator. @throws Error with EKS's answer if it refuses */
export async function installAddon(
  { aws, keys }: Pick<Sandbox, "aws" | "keys">,
  { awsAccount, region, name }: ClusterRef,
  addonName: string,
): Promise<void> {
  const key = keys.get(awsAccount);
  if (key === undefined) throw new Error(`the sandbox has no AWS account ${awsAccount}`);
  const { host } = new URL(aws.url);
  const { target, headers, body } = signedRequest(
    {
      method: "POST",
      target: `/clusters/${name}/addons`,
      headers: { host, "content-type": "application/json" },
      body: JSON.stringify({ addonName }),
    },
    key,
    { region, service: "eks", now: new Date() },
  );
  const answer = await fetch(`${aws.url}${target}`, { method: "POST", headers: withoutHost(headers), body });
  if (answer.status >= 300) throw new Error(`${answer.status} ${await answer.text()}`);
}

/** It is set by whoever sends the request. */
function withoutHost({ host: _set, ...headers }: Readonly<Record<string, string>>): Record<string, string> {
  return headers;
}
