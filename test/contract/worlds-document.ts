import { AWS_CASES } from "./aws/cases.ts";
import { reasonsOf, type DivergingCase } from "./divergence.ts";
import { KUBERNETES_CASES } from "./kubernetes/cases.ts";

/** A world, and what it is held to. */
interface World {
  readonly id: string;
  readonly title: string;
  readonly cases: readonly DivergingCase[];
}

const WORLDS: readonly World[] = [
  { id: "sandbox", title: "the sandbox's Kubernetes API", cases: KUBERNETES_CASES },
  { id: "control-plane", title: "the real control plane", cases: KUBERNETES_CASES },
  { id: "sandbox", title: "the sandbox's AWS", cases: AWS_CASES },
  { id: "moto", title: "moto", cases: AWS_CASES },
];

/** docs/worlds.md: how many cases run in each environment, and where its responses differ from the documented ones. */
export function worldsDocument(): string {
  return `${[INTRODUCTION, countTable(), ...WORLDS.flatMap(divergencesOf)].join("\n\n")}\n`;
}

const INTRODUCTION = `# Test environments, and where they differ from AWS and Kubernetes

Generated from test/contract by \`npm run docs:divergences\`. A test fails if it is out of date.

A contract states how the Kubernetes API, IAM, EKS, STS and CloudFormation behave, according to their documentation. Its cases run in every environment. If an environment is known to respond differently, the case records that response and the reason, and the test asserts it like a correct one. A test therefore fails if a known difference disappears or a new one appears.

The sandbox also serves the following. They are not part of the contract, because neither moto nor the real control plane has them:

- Argo Rollouts: the CustomResourceDefinition's API and a controller for Rollouts, including those with a \`workloadRef\` (\`packages/sandbox/src/kubernetes/controllers/rollouts.ts\`). On the real control plane, \`test/e2e/argo-rollouts.ts\` replaces the controller.
- The node classes of Karpenter and EKS Auto Mode. The sandbox stores them but creates no nodes from them. The real control plane gets our own definitions (\`test/worlds/crds/node-classes.ts\`).
- EKS Auth and the EKS Pod Identity Agent (\`packages/sandbox/src/aws/eks-auth\`, \`agent.ts\`). The AWS SDK for JavaScript and boto3 run against them unchanged (\`test/e2e/pod-credentials.ts\`).
- The DaemonSets of the add-on \`eks-pod-identity-agent\`, for EC2 and for hybrid nodes.

When tests use moto and the real control plane together, associations, add-ons and EKS Auth come from the sandbox and use moto's roles (\`test/worlds/moto/pod-identity.ts\`). The agent's DaemonSets run on the real control plane. Tests break and fix every row of Pod Identity (P1 to P25) in both environments (\`test/e2e/verify/pod-identity\`).`;

function countTable(): string {
  const rows = WORLDS.map(({ id, title, cases }) => {
    const diverging = cases.filter((one) => reasonsOf(one, id).length > 0).length;
    return [title, String(cases.length), String(cases.length - diverging), String(diverging)];
  });
  return table(["Environment", "Cases", "Correct", "Different"], rows);
}

/** A world's divergences by reason: one reason often explains several cases. */
function divergencesOf({ id, title, cases }: World): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const one of cases) {
    for (const reason of reasonsOf(one, id))
      byReason.set(reason, [...(byReason.get(reason) ?? []), one.name]);
  }
  if (byReason.size === 0) return [];
  const rows = [...byReason].map(([reason, names]) => [reason, names.join("; ")]);
  return [`## Where ${title} differs`, table(["What it does", "Correct behavior"], rows)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
