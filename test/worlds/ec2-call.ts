import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";

/** Where EC2 answers, and whose call it is. */
export interface Ec2Endpoint {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Calls an operation of EC2 that irsa itself does not call, with flat parameters, and gives the answer's XML. */
export async function ec2Call(
  { endpoint, region, credentials }: Ec2Endpoint,
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const { protocol, hostname, port, host } = new URL(endpoint);
  const body = new URLSearchParams({ Action: action, Version: "2016-11-15", ...parameters }).toString();
  const signer = new SignatureV4({ service: "ec2", region, credentials, sha256: Sha256 });
  const request = new HttpRequest({
    method: "POST",
    protocol,
    hostname,
    port: Number(port),
    path: "/",
    headers: { host, "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    body,
  });
  const { headers } = await signer.sign(request);
  const response = await fetch(endpoint, { method: "POST", headers, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${action}: ${text}`);
  return text;
}

/** Starts an instance, and gives its id. @param profile empty for one without an instance profile */
export async function runInstance(
  endpoint: Ec2Endpoint,
  profile: string,
  metadata: Readonly<Record<string, string>>,
): Promise<string> {
  const options = Object.entries(metadata).map(([name, value]) => [`MetadataOptions.${name}`, value]);
  const xml = await ec2Call(endpoint, "RunInstances", {
    ImageId: "ami-12c6146b",
    MinCount: "1",
    MaxCount: "1",
    ...(profile !== "" && { "IamInstanceProfile.Name": profile }),
    ...Object.fromEntries(options),
  });
  return valueIn(xml, "instanceId");
}

/** The first value of an element. */
export function valueIn(xml: string, element: string): string {
  const [, value] = new RegExp(`<${element}>([^<]+)</${element}>`).exec(xml) ?? [];
  if (value === undefined) throw new Error(`no ${element} in ${xml}`);
  return value;
}
