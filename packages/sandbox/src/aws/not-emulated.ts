import type { WireRequest, WireResponse } from "./exchange.ts";

/**
 * The answer to a call of a service, or of an operation, that this emulation does not know. It is in the form that the
 * service's clients read errors in, so that they show what is the matter.
 */
export function notEmulated(wire: WireRequest): WireResponse {
  const service = signedFor(wire);
  const what = service === "" ? "this" : `${service}: ${operationOf(wire)}`;
  const message = `${what} is not emulated; the sandbox has the parts of IAM, EC2, EKS, EKS Auth, STS and CloudFormation that roles for ServiceAccounts need`;
  const code = "NotEmulated";
  switch (service) {
    case "s3":
      return xml(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
    case "ec2":
      return xml(
        `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors></Response>`,
      );
    default:
      return actionOf(wire) === undefined
        ? json(code, message)
        : xml(
            `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
          );
  }
}

/** The service that the signature is for; `""` for none. */
function signedFor({ headers }: WireRequest): string {
  const scope = /Credential=[\w/-]+\/([a-z0-9-]+)\/aws4_request/.exec(headers["authorization"] ?? "");
  return scope?.[1] ?? "";
}

/** `DescribeVpcs`, or `GET /clusters/x/updates`. */
function operationOf(wire: WireRequest): string {
  const { method, target, headers } = wire;
  const path = target.replace(/\?.*$/, "").replace(/[^\w/.%~-]/g, "");
  return actionOf(wire) ?? /[\w.]+$/.exec(headers["x-amz-target"] ?? "")?.[0] ?? `${method} ${path}`;
}

function actionOf({ body, target }: WireRequest): string | undefined {
  return /(?:^|[?&])Action=(\w+)/.exec(body)?.[1] ?? /[?&]Action=(\w+)/.exec(target)?.[1];
}

function xml(body: string): WireResponse {
  return { status: 404, headers: { "content-type": "text/xml" }, body: `${body}\n` };
}

function json(code: string, message: string): WireResponse {
  const headers = { "content-type": "application/json", "x-amzn-errortype": code };
  return { status: 404, headers, body: JSON.stringify({ __type: code, message }) };
}
