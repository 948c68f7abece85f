import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Failure } from "../../model/failure.ts";
import type { Sandbox } from "irsa-sandbox";
import { ownCommand } from "../shared/own-command.ts";

/** What `-o json` says of where a command is. */
interface Whereabouts {
  readonly cluster: { readonly arn: string };
  readonly endpointOverrides: Readonly<Record<string, string>>;
}

/**
 * Makes sure, by a plan that writes nothing, that commands in this environment reach this sandbox and nothing else.
 * @throws Failure `not-the-sandbox`
 */
export async function requireSandbox(
  env: Readonly<Record<string, string | undefined>>,
  { aws, clusters }: Sandbox,
): Promise<void> {
  const [program, ...leading] = ownCommand();
  const args = [...leading, "associate-oidc", "--cluster", clusters[0]?.name ?? "", "-o", "json"];
  const { stdout } = await promisify(execFile)(program, args, { env }).catch((cause: unknown) => {
    throw astray(String(cause));
  });
  const { cluster, endpointOverrides } = JSON.parse(stdout) as Whereabouts;
  const here = { eks: aws.url, iam: aws.url, sts: aws.url };
  const isHere = Object.entries(here).every(([service, url]) => endpointOverrides[service] === url);
  if (cluster.arn !== clusters[0]?.arn || !isHere) throw astray(stdout);
}

function astray(detail: string): Failure {
  return new Failure(
    "refused",
    "not-the-sandbox",
    "in this environment, commands would not reach the sandbox",
    {
      facts: [["a plan says", detail]],
    },
  );
}
