import { Command, Option } from "commander";
import type { CommandContext } from "../command-context.ts";
import { addClustersOptions, addKubernetesOptions, gather } from "../shared/session/options.ts";
import { addTargetsOptions } from "../shared/targets/options.ts";
import { optimizeLess } from "../shared/optimize-less.ts";
import { FORMATS, type GraphFlags } from "./flags.ts";

const EXAMPLES = `
Examples:
  irsa graph --cluster my-cluster --open
  irsa graph --cluster my-cluster --serve --open
  irsa graph --cluster my-cluster -o text | less
  irsa graph -c blue -c green --file irsa.html
  irsa graph --cluster my-cluster -o dot | dot -Tsvg > irsa.svg
  irsa graph -c my-cluster -o mermaid -n payments
  irsa graph --targets accounts.yml --open           # one graph of many AWS accounts (docs/targets.md)
  irsa graph --targets accounts.yml -o json          # a graph of each AWS account
  irsa graph -c my-cluster -o json | jq '.result.nodes[] | select(.state == "broken")'
`;

/** `irsa graph`: cluster → namespaces → workloads → ServiceAccounts → roles → policies, as a picture. */
export function graph(context: CommandContext): Command {
  const command = new Command("graph").description(
    "draw which workloads assume which roles through which ServiceAccounts, their policies, and what is broken",
  );
  command
    .optionsGroup("Scope:")
    .option("-n, --namespace <namespace>", "only this namespace and what it leads to (repeatable)", gather)
    .optionsGroup("Output:")
    .addOption(new Option("-o, --output <format>", "output format").choices([...FORMATS]).default(FORMATS[0]))
    .option("--file <path>", "write to this file instead of stdout")
    .option("--open", "open the page in the browser")
    .option("--serve [port]", "serve the page on this machine and keep it current until Ctrl-C")
    .option("--poll-interval <interval>", "with --serve: how often IAM and EKS are read (default: 60s)");
  return addTargetsOptions(addKubernetesOptions(addClustersOptions(command)))
    .option("--join", "with -o text or json: one graph of all AWS accounts, as in the other formats")
    .addHelpText("after", EXAMPLES)
    .action(async (flags: GraphFlags) => {
      // A page that is served is made again and again.
      if (flags.serve === undefined) optimizeLess();
      const { runGraph } = await import("./run.ts");
      await runGraph(flags, context);
    });
}
