import type { FileFlags } from "../commands/apply/flags.ts";
import { runFile } from "../commands/apply/run.ts";
import { runAudit } from "../commands/audit/run.ts";
import { parseDigest, type ClusterFlags } from "../commands/shared/session/options.ts";
import { runVerify } from "../commands/verify/run.ts";
import { Failure } from "../model/failure.ts";
import type { ApplyAnswer, AuditAnswer, PlanAnswer, VerifyAnswer } from "./answers.ts";
import { APPLY, AUDIT, checkOptions, FILE, VERIFY } from "./check-options.ts";
import type {
  ApplyOptions,
  AuditOptions,
  ConnectionOptions,
  FileOptions,
  PlanOptions,
  VerifyOptions,
} from "./options.ts";
import { answerOf } from "./run.ts";

/** `plan`. */
export function planned(options: PlanOptions): Promise<PlanAnswer> {
  return answerOf(
    {
      command: "plan",
      takesClusters: false,
      check: () => checkOptions(options, FILE, []),
      run: (context) => runFile("plan", { ...fileFlags(options), showOnly: true }, context),
    },
    options,
  );
}

/** `apply`. */
export function applied(options: ApplyOptions): Promise<ApplyAnswer> {
  return answerOf(
    {
      command: "apply",
      takesClusters: false,
      check: () => checkOptions(options, APPLY, ["expectPlan", "approve"]),
      async run(context) {
        const { approve, wait = false } = options;
        const expectPlan = parseDigest(options.expectPlan);
        await runFile("apply", { ...fileFlags(options), expectPlan, approve, wait }, context);
      },
    },
    options,
  );
}

/** `verify`. */
export function verified(options: VerifyOptions): Promise<VerifyAnswer> {
  return answerOf(
    {
      command: "verify",
      takesClusters: false,
      check: () => checkOptions(options, VERIFY, ["cluster"]),
      run(context) {
        const { subjects = [], cluster, namespace, all = false, selector, roleProfile } = options;
        const flags = {
          ...connectionFlags(options),
          ...AS_JSON,
          cluster,
          all,
          ...(namespace !== undefined && { namespace }),
          ...(selector !== undefined && { selector }),
          ...(roleProfile !== undefined && { roleProfile }),
        };
        return runVerify(subjects, flags, context);
      },
    },
    options,
  );
}

/** `audit`. */
export function audited(options: AuditOptions): Promise<AuditAnswer> {
  return answerOf(
    {
      command: "audit",
      takesClusters: true,
      check: () => checkOptions(options, AUDIT, ["clusters"]),
      run(context) {
        const { clusters, namespaces, rules, files, severity = "low", unusedDays = 90 } = options;
        const { selector, baseline } = options;
        const flags = {
          ...connectionFlags(options),
          ...AS_JSON,
          cluster: clusters,
          severity,
          unusedDays,
          // The caller judges the findings.
          failOn: "never",
          ...(namespaces !== undefined && { namespace: namespaces }),
          ...(rules !== undefined && { rule: rules }),
          ...(files !== undefined && { file: files }),
          ...(selector !== undefined && { selector }),
          ...(baseline !== undefined && { baseline }),
        } as const;
        return runAudit(flags, context);
      },
    },
    options,
  );
}

const AS_JSON = { output: { format: "json" }, headers: true } as const;

/** A loaded kubeconfig, and credentials, reach the network by another way. */
function connectionFlags({ region, profile, kubeconfig, context }: ConnectionOptions): ClusterFlags {
  return {
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(typeof kubeconfig === "string" && { kubeconfig }),
    ...(context !== undefined && { context }),
  };
}

/** @throws Failure of kind `input` where there is no ClusterConfig, or no way to write it as JSON */
function fileFlags(options: FileOptions): FileFlags {
  const { files, config, pruneMax, kubeconfig: _, credentials: __, signal: ___, ...named } = options;
  if ((files === undefined) === (config === undefined))
    throw new Failure("input", "invalid-input", "one of the options 'files' and 'config' is needed");
  return {
    ...named,
    ...connectionFlags(options),
    filename: files ?? [],
    ...(config !== undefined && { sources: [{ name: "config", text: textOf(config) }] }),
    ...(pruneMax !== undefined && { pruneMax: String(pruneMax) }),
    output: "json",
  };
}

function textOf(config: string | Readonly<Record<string, unknown>>): string {
  if (typeof config === "string") return config;
  try {
    return JSON.stringify(config);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure("input", "invalid-input", `config can't be written as JSON: ${reason}`);
  }
}
