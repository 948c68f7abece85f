import { Command, Option } from "commander";
import { Problems } from "../../model/problems.ts";
import { parseServiceAccountPath } from "../../model/service-account-ref.ts";
import type { CommandContext } from "../command-context.ts";
import { addSandboxOptions, parseSandboxFlags, type SandboxFlags, type StartFlags } from "./options.ts";

const ABOUT = `run an emulated EKS cluster and AWS account on this machine

Emulates IAM, EKS, EKS Auth, STS, CloudFormation (stacks of roles) and the Kubernetes API on loopback; requires only Node.js \
and can't reach a real AWS account. \
Its credentials work nowhere else.`;

const START_EXAMPLES = `
Examples:
  irsa sandbox start                               # prints what to run in another terminal; Ctrl-C stops it
  irsa sandbox start --dir ~/irsa-sandbox          # keep the state for the next start
  irsa sandbox start -o env > sandbox.env &        # for scripts: prints export and unset lines
  irsa sandbox start --cluster-kubeconfig kind.yaml --allow-cluster-writes --register-webhook --webhook-address 172.18.0.1
  irsa sandbox start -c blue -c arn:aws:eks:us-east-1:444455556666:cluster/green

To control it while it runs, call the AWS endpoint with the token from its environment:
  curl -H "Authorization: Bearer $IRSA_SANDBOX_TOKEN" "$AWS_ENDPOINT_URL/_irsa/calls"

  GET    /_irsa/calls       the calls so far, including those to clusters; DELETE clears them
  POST   /_irsa/fail        {"action":"iam:CreateRole","nth":1,"times":1,"when":"before"|"after","status":503|"reset"}
  POST   /_irsa/deny        {"action":"iam:*","accessKeyId":"AKIA…"}
  PUT    /_irsa/latency     {"milliseconds":25}
  PUT    /_irsa/lag         {"milliseconds":2000}
  PUT    /_irsa/throttle    {"burst":20,"rate":5}
  DELETE /_irsa/faults      clear all faults
`;

const RUN_EXAMPLES = `
Examples:
  irsa sandbox run -- sh                           # a shell in a sandbox
  irsa sandbox run --issuer-proxy -- eksctl utils associate-iam-oidc-provider --cluster sandbox --approve
  irsa sandbox run -- irsa associate-oidc --cluster sandbox --approve
`;

const EXEC_EXAMPLES = `
Examples:
  irsa sandbox exec shop/cart -- aws sts get-caller-identity
  irsa sandbox exec shop/cart -- node app.js       # an unchanged AWS SDK gets the credentials of the ServiceAccount's role

In the environment of a running sandbox, a pod with the ServiceAccount is created in the cluster of KUBECONFIG, and the command \
runs with what the webhook injects into it: the token of IAM Roles for Service Accounts, or the endpoint of the EKS Pod Identity \
Agent (which the add-on eks-pod-identity-agent must have started). The pod is deleted when the command ends.
`;

/** `irsa sandbox`: the emulation, started in the foreground or around a command. */
export function sandbox(context: CommandContext): Command {
  return new Command("sandbox")
    .description(ABOUT)
    .enablePositionalOptions()
    .addCommand(start(context))
    .addCommand(run(context))
    .addCommand(exec(context));
}

function start(context: CommandContext): Command {
  const command = new Command("start")
    .summary("start a sandbox until Ctrl-C")
    .description("start a sandbox until Ctrl-C");
  return addSandboxOptions(command)
    .optionsGroup("Start:")
    .option("--port <port>", "port of the AWS endpoint (default: a free port)")
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
    .summary("run a command in a sandbox")
    .description("start a sandbox, run a command in its environment, and stop the sandbox")
    .argument("<command...>", "command and arguments, after --")
    .passThroughOptions();
  return addSandboxOptions(command)
    .addHelpText("after", RUN_EXAMPLES)
    .action(async (words: string[], flags: SandboxFlags) => {
      const parsed = parseSandboxFlags(flags);
      const { runInSandbox } = await import("./run.ts");
      await runInSandbox(parsed, words, context);
    });
}

function exec(context: CommandContext): Command {
  return new Command("exec")
    .summary("run a command with the credentials of a ServiceAccount in a running sandbox")
    .description(
      "run a command on this machine as if it ran in a pod with a ServiceAccount of a running sandbox",
    )
    .argument("<namespace/name>", "ServiceAccount")
    .argument("<command...>", "command and arguments, after --")
    .passThroughOptions()
    .addHelpText("after", EXEC_EXAMPLES)
    .action(async (path: string, words: string[]) => {
      const problems = new Problems();
      const serviceAccount = problems.take("NAMESPACE/NAME", path, parseServiceAccountPath);
      // Behind an argument, commander takes `--` for a word of the command.
      const command = words[0] === "--" ? words.slice(1) : words;
      if (command.length === 0) problems.note("--", "", "requires a command");
      problems.throwIfAny();
      if (serviceAccount === undefined) return;
      const { execInSandbox } = await import("./exec.ts");
      await execInSandbox(serviceAccount, command, context);
    });
}
