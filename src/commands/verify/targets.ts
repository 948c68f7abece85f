import { known, look } from "../../model/known.ts";
import { chainsResult } from "../../output/chain-json.ts";
import { CHAINS } from "../../output/list-shapes.ts";
import { listSubjects, verifyChains } from "../../verification/verify-many.ts";
import type { CommandContext } from "../command-context.ts";
import { answerByCluster } from "../shared/targets/by-cluster.ts";
import type { Ask, VerifyFlags } from "./flags.ts";
import { exitCodeOf } from "./exit-code.ts";

/** How long STS may need to learn of a change that was made before, in milliseconds. */
const PATIENCE_MS = 5_000;

/** `verify --all` of many clusters and AWS accounts; nothing is fixed. */
export async function verifyTargets(ask: Ask, flags: VerifyFlags, context: CommandContext): Promise<void> {
  const { signal } = context;
  const { namespace, selector } = "subjects" in ask ? { namespace: undefined } : ask;
  await answerByCluster(flags, context, {
    shape: CHAINS,
    columns:
      "NAMESPACE:.subject.namespace,NAME:.subject.name,VERDICT:.verdict,FIRST-BROKEN:.firstBroken.link,CODE:.firstBroken.code,MESSAGE:.firstBroken.message",
    noun: "ServiceAccount",
    byField: "verdict",
    values: ["broken", "unproven"],
    contents: { scope: ask },
    async read({ aws, cluster, clusterFlags, kubernetes }) {
      const api = await look(kubernetes);
      const sources = { aws, kubernetes: api, cluster: known(cluster), clusterFlags };
      const { subjects, unlisted } = await listSubjects(sources, namespace, selector);
      const chains = await verifyChains(subjects, sources, { patienceMs: PATIENCE_MS, signal });
      return {
        result: chainsResult(chains.map(({ report }) => report)),
        gaps: unlisted === undefined ? [] : [{ what: "Pod Identity associations", failure: unlisted }],
        code: exitCodeOf(chains, flags),
      };
    },
  });
}
