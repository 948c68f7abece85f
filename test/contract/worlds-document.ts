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

/** docs/worlds.md: how many cases each world is held to, and where it answers otherwise than is right. */
export function worldsDocument(): string {
  return `${[INTRODUCTION, countTable(), ...WORLDS.flatMap(divergencesOf)].join("\n\n")}\n`;
}

const INTRODUCTION = `# The worlds that tests run in

Made from test/contract by \`npm run docs:divergences\`; a test holds it to them.

One contract says what the Kubernetes API, IAM, EKS, STS and CloudFormation do, by their documentation. It is run on every world. Where a world is known to answer otherwise, the case holds that answer and the reason: it is asserted like the right one. So a world that mends its ways, or gets new ones, fails a test.`;

function countTable(): string {
  const rows = WORLDS.map(({ id, title, cases }) => {
    const diverging = cases.filter((one) => reasonsOf(one, id).length > 0).length;
    return [title, String(cases.length), String(cases.length - diverging), String(diverging)];
  });
  return table(["World", "Cases", "right", "diverging"], rows);
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
  return [`## Where ${title} diverges`, table(["What it does", "What is right"], rows)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
