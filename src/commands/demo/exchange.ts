import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";

/** What STS answers to AssumeRoleWithWebIdentity. */
export type Exchange =
  | {
      readonly accepted: true;
      readonly arn: string;
      readonly accessKeyId: string;
      readonly expiration: string;
    }
  | { readonly accepted: false; readonly code: string; readonly message: string };

/**
 * Exchanges a token for credentials of a role, as the AWS SDK in a pod does: an unsigned call.
 * Source: STS API Reference, AssumeRoleWithWebIdentity.
 * @param endpoint an HTTP one; it is called directly, whatever proxy the environment names
 */
export async function exchange(endpoint: string, role: string, token: string): Promise<Exchange> {
  const form = new URLSearchParams({
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: role,
    RoleSessionName: "demo",
    WebIdentityToken: token,
  });
  const answer = await post(endpoint, form.toString());
  const field = (name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(answer)?.[1] ?? "";
  return field("AccessKeyId") === ""
    ? { accepted: false, code: field("Code"), message: field("Message") }
    : {
        accepted: true,
        arn: field("Arn"),
        accessKeyId: field("AccessKeyId"),
        expiration: field("Expiration"),
      };
}

function post(endpoint: string, body: string): Promise<string> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return new Promise((resolve, reject) => {
    request(endpoint, { method: "POST", headers, agent: new Agent() }, (answer) => resolve(text(answer)))
      .on("error", reject)
      .end(body);
  });
}
