import { Command, Option } from "commander";
import type { CommandContext } from "../command-context.ts";
import { addAwsOptions, addKubernetesOptions, gather } from "../shared/session/options.ts";
import { FORMATS, type WatchFlags } from "./flags.ts";

const EXAMPLES = `
Examples:
  irsa watch --cluster my-cluster
  irsa watch --cluster my-cluster -n my-namespace --poll-interval 5m
  irsa watch --cluster my-cluster --metrics 9099
  irsa watch --cluster my-cluster -o json | jq -c 'select(.result.event == "chainChanged") | .result'

Without --duration it runs until it is interrupted (exit code 130). The cluster is watched; AWS is polled. While something can't
be read, that is reported, and nothing is concluded from it. Metrics have names of ServiceAccounts and roles, no credentials, and
are served without authentication. OTEL_EXPORTER_OTLP_ENDPOINT and OpenTelemetry's other variables send the same metrics by OTLP.
With --lease, the other replicas stand by; one that loses the Lease exits with code 1.
`;

/** `irsa watch`: keeps what audit and verify --all report current, and reports each change. */
export function watch(context: CommandContext): Command {
  const command = new Command("watch").description(
    "watch the cluster and AWS, and report each finding and each ServiceAccount's state as it changes",
  );
  command
    .optionsGroup("Scope:")
    .option("-n, --namespace <namespace>", "only this namespace (repeatable)", gather)
    .option("--poll-interval <interval>", "how often IAM and EKS are read, such as 60s or 5m", "60s")
    .option("--duration <duration>", "stop after this long with exit code 0, instead of at an interruption")
    .optionsGroup("Metrics, Events and replicas:")
    .option(
      "--metrics <address>",
      "serve metrics for Prometheus, /healthz and /readyz on PORT (of loopback), HOST:PORT, or :PORT of all addresses",
    )
    .option(
      "--events",
      "write a Kubernetes Event on a ServiceAccount when it breaks, is repaired, or has a finding",
    )
    .option(
      "--lease <namespace/name>",
      "only one of several replicas watches and reports: the holder of this Lease",
    )
    .optionsGroup("Output:")
    .option("--lines", "print a line for each change on a terminal too, instead of a view that stays")
    .addOption(new Option("-o, --output <format>", "output format").choices(FORMATS).default("text"));
  return addKubernetesOptions(addAwsOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (flags: WatchFlags) => (await import("./run.ts")).runWatch(flags, context));
}
