import { Command, Option } from "commander";
import type { CommandContext } from "../command-context.ts";
import { addSandboxOptions, parseSandboxFlags, type SandboxFlags } from "./options.ts";

const ABOUT = `an EKS cluster and an AWS account on loopback, to try things out

Emulates IAM, EKS, STS, CloudFormation (stacks of roles) and the Kubernetes API in this process; needs Node alone \
and can't reach a real account. \
Its keys are its own, and good for nothing else.`;

const START_EXAMPLES = `
Examples:
  irsa sandbox start                               # prints what to do in another terminal; Ctrl-C ends it
  irsa sandbox start --dir ~/irsa-sandbox          # goes on where it was at the next start
  irsa sandbox start -o env > sandbox.env &        # for scripts: variables to export and to unset
  irsa sandbox start --cluster-kubeconfig kind.yaml --allow-cluster-writes --register-webhook --webhook-address 172.18.0.1
  irsa sandbox start -c blue -c arn:aws:eks:us-east-1:444455556666:cluster/green

Control it while it runs, by HTTP on the AWS endpoint, with the token that its environment has:
  curl -H "Authorization: Bearer $IRSA_SANDBOX_TOKEN" "$AWS_ENDPOINT_URL/_irsa/calls"

  GET    /_irsa/calls       the calls so far, those of the clusters too; DELETE forgets them
  POST   /_irsa/fail        {"action":"iam:CreateRole","nth":1,"times":1,"when":"before"|"after","status":503|"reset"}
  POST   /_irsa/deny        {"action":"iam:*","accessKeyId":"AKIA…"}
  PUT    /_irsa/latency     {"milliseconds":25}
  PUT    /_irsa/lag         {"milliseconds":2000}
  PUT    /_irsa/throttle    {"burst":20,"rate":5}
  DELETE /_irsa/weather     fine weather again
`;

const RUN_EXAMPLES = `
Examples:
  irsa sandbox run -- sh                           # a shell in it
  irsa sandbox run -- irsa associate-oidc --cluster sandbox --approve
`;

/** The flags of `sandbox start`. */
export interface StartFlags extends SandboxFlags {
  readonly output: "text" | "env" | "json";
}

/** `irsa sandbox`: the embedded world, started in the foreground or around a command. */
export function sandbox(context: CommandContext): Command {
  return new Command("sandbox")
    .description(ABOUT)
    .enablePositionalOptions()
    .addCommand(start(context))
    .addCommand(run(context));
}

function start(context: CommandContext): Command {
  const command = new Command("start")
    .summary("start one, until Ctrl-C")
    .description("start a sandbox, until Ctrl-C");
  return addSandboxOptions(command)
    .optionsGroup("How it is started:")
    .option("--port <port>", "port of the AWS endpoint; otherwise a free one")
    .addOption(
      new Option("-o, --output <format>", "output format").choices(["text", "env", "json"]).default("text"),
    )
    .addHelpText("after", START_EXAMPLES)
    .action(async (flags: StartFlags) => {
      const parsed = parseSandboxFlags(flags);
      const { runSandboxStart } = await import("./start.ts");
      await runSandboxStart(parsed, flags.output, context);
    });
}

function run(context: CommandContext): Command {
  const command = new Command("run")
    .summary("run a command in one")
    .description(
      "run a command in a sandbox: the world comes up, the command runs in its environment, the world is gone",
    )
    .argument("<command...>", "the command and its arguments, after --")
    .passThroughOptions();
  return addSandboxOptions(command)
    .addHelpText("after", RUN_EXAMPLES)
    .action(async (words: string[], flags: SandboxFlags) => {
      const parsed = parseSandboxFlags(flags);
      const { runInSandbox } = await import("./run.ts");
      await runInSandbox(parsed, words, context);
    });
}
