import { once } from "node:events";
import { handOut } from "../../model/secrets.ts";
import { aligned } from "../../output/columns.ts";
import { commandLine } from "../../output/command-text.ts";
import { toLine, type Piece } from "../../output/line.ts";
import { TextBlock } from "../../output/text-block.ts";
import { clientEnvironment, shellLines, type ClientEnvironment, type Sandbox } from "irsa-sandbox";
import type { CommandContext } from "../command-context.ts";
import { openSandbox } from "./open-sandbox.ts";
import type { ParsedSandbox, StartFlags } from "./options.ts";

/** The run of `sandbox start`: it runs until the user, or the system, stops this process. */
export async function runSandboxStart(
  parsed: ParsedSandbox,
  output: StartFlags["output"],
  context: CommandContext,
): Promise<void> {
  const { terminal, signal } = context;
  await context.takeInterrupts();
  const sandbox = await openSandbox(parsed, terminal);
  try {
    const environment = clientEnvironment(sandbox, process.env);
    handOut(...Object.values(environment.set));
    // At once, for those who wait for it.
    terminal.print(answer(sandbox, environment, output, context));
    if (output === "text") terminal.say(terminal.err.dim("  Press Ctrl-C to stop."));
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await sandbox.stop();
  }
  if (output === "text")
    terminal.say(
      parsed.options.dir === undefined ? "  Stopped." : `  Stopped. State kept in ${sandbox.folder}`,
    );
}

function answer(
  sandbox: Sandbox,
  environment: ClientEnvironment,
  output: StartFlags["output"],
  { envelope }: CommandContext,
): TextBlock {
  switch (output) {
    case "env":
      return TextBlock.of(shellLines(environment).map(toLine));
    case "json":
      return envelope.answer({ result: resultOf(sandbox, environment) });
    case "text":
      return TextBlock.of(asText(sandbox, environment).map(toLine));
  }
}

function resultOf({ aws, clusters, folder }: Sandbox, environment: ClientEnvironment): object {
  return {
    endpoint: aws.url,
    folder,
    clusters: clusters.map(({ arn, name, region, awsAccount, endpoint, issuer }) => {
      return { arn, name, region, awsAccount, endpoint, issuer };
    }),
    environment,
  };
}

function asText({ aws, clusters, folder }: Sandbox, environment: ClientEnvironment): Piece[] {
  const [first] = clusters;
  const longest = Math.max(...clusters.map(({ arn }) => arn.length));
  return [
    "",
    ...aligned([
      ["AWS", `${aws.url}     AWS account ${first?.awsAccount}, ${first?.region}`],
      ...clusters.map(({ arn, endpoint }) => ["cluster", `${arn.padEnd(longest)}     ${endpoint}`] as const),
      ["files", folder],
    ]),
    "",
    "  In another terminal:",
    "",
    `      . ${folder}/env`,
    "",
    "  or, written out:",
    "",
    ...shellLines(environment).map((line) => `      ${line}`),
    "",
    "  and then, for example:",
    "",
    commandLine(["irsa", "associate-oidc", "--cluster", first?.name ?? "CLUSTER", "--approve"]),
    "",
  ];
}
