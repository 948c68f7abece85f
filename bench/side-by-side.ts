import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { median, timeOnce, type Timing } from "./measure.ts";
import { startBenchSandbox, type BenchSandbox } from "./sandbox.ts";
import { BINARY, installedAs, IRSA, jobsOf, type Subject } from "./subjects.ts";
import { table } from "./table.ts";

const RUNS = Number(process.env["RUNS"] ?? 15);
/** Milliseconds before every answer. */
const DELAYS = [0, 40] as const;

/** eksctl's program: that of IRSA_EKSCTL, or the installed one. */
const EKSCTL = installedAs(process.env["IRSA_EKSCTL"] ?? "eksctl");

interface Row {
  readonly subject: Subject;
  /** What both do; the same job of eksctl is compared. */
  readonly job: string;
  readonly isEksctl: boolean;
}

/** irsa as the npm package and as the standalone binary, and eksctl, on the same sandbox, in turn. */
export async function sideBySideTable(): Promise<string> {
  const sandbox = await startBenchSandbox(IRSA, "--issuer-proxy");
  const folder = mkdtempSync(join(tmpdir(), "irsa-bench-"));
  try {
    const alone = await sdkAloneRow(folder, sandbox);
    const rows = [...rowsOn(sandbox), alone, ...(await fileRows(folder, sandbox))];
    const parts = [];
    for (const delay of DELAYS) {
      await sandbox.setLatency(delay);
      parts.push(await tableOf(rows, delay));
    }
    return [
      `Medians and minimums of ${RUNS} runs, taken in turn.`,
      ...parts,
      "In the sandbox, eksctl's CloudFormation stack is complete immediately. On AWS it takes longer, and eksctl polls it every 30 seconds.",
    ].join("\n\n");
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  }
}

/** irsa's packages, with the words that start each. */
const OF_IRSA: readonly (readonly [name: string, words: readonly string[]])[] = [
  ["npm", IRSA],
  ...BINARY.map((path) => ["binary", [path]] as const),
];

function rowsOn(sandbox: BenchSandbox): readonly Row[] {
  const ours = OF_IRSA.flatMap(([name, words]) =>
    jobsOf(words, sandbox)
      .slice(0, 2)
      .map((job, at) => ({
        subject: { ...job, name: `${job.name} (${name})` },
        job: JOBS[at] ?? "",
        isEksctl: false,
      })),
  );
  return [...ours, ...EKSCTL.flatMap((path) => eksctlRows(path, sandbox))];
}

const JOBS = ["associate", "create"] as const;

/** The calls of `create-sa` by the AWS SDK and Node alone: what is left where nothing of irsa runs. */
async function sdkAloneRow(folder: string, { env }: BenchSandbox): Promise<Row> {
  const outfile = join(folder, "sdk-alone.mjs");
  await build({
    entryPoints: ["bench/sdk-alone-program.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    minify: true,
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  let roles = 0;
  return {
    subject: {
      name: "the calls of create-sa, AWS SDK alone (Node)",
      command: () => ({ words: [process.execPath, outfile, "bench", `alone-${(roles += 1)}`], env }),
      prepare: async () => undefined,
    },
    job: "create",
    isEksctl: false,
  };
}

/** A file of ten ServiceAccounts that are as it says: of each tool its own, which it has made before. */
async function fileRows(folder: string, { env }: BenchSandbox): Promise<readonly Row[]> {
  const [ours, theirs] = [join(folder, "irsa.yaml"), join(folder, "eksctl.yaml")];
  writeFileSync(ours, fileOf("irsa"));
  writeFileSync(theirs, fileOf("eksctl"));
  const subjects = [
    ...OF_IRSA.map(([name, words]) => ({
      name: `irsa apply -f, nothing to do (${name})`,
      words: [...words, "apply", "-f", ours, "--approve"],
      isEksctl: false,
    })),
    ...EKSCTL.map((path) => ({
      name: "eksctl create iamserviceaccount -f, nothing to do",
      words: [path, "create", "iamserviceaccount", "-f", theirs, "--approve"],
      isEksctl: true,
    })),
  ];
  await timeOnce({ words: [...IRSA, "associate-oidc", "--cluster", "bench", "--approve"], env });
  for (const { words } of subjects) await timeOnce({ words, env });
  return subjects.map(({ name, words, isEksctl }) => ({
    subject: { name, command: () => ({ words, env }), prepare: async () => undefined },
    job: "file",
    isEksctl,
  }));
}

function fileOf(namespace: string): string {
  const serviceAccounts = Array.from({ length: 10 }, (_, at) => ({
    metadata: { name: `app-${at}`, namespace: `file-${namespace}` },
    attachPolicyARNs: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
  }));
  return JSON.stringify({
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: "bench", region: "eu-west-1" },
    iam: { withOIDC: true, serviceAccounts },
  });
}

function eksctlRows(path: string, { env, forgetProvider }: BenchSandbox): readonly Row[] {
  let serviceAccounts = 0;
  const create = () => {
    const name = `eksctl-${(serviceAccounts += 1)}`;
    const policy = "--attach-policy-arn=arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    const words = [
      "create",
      "iamserviceaccount",
      "--cluster",
      "bench",
      "--namespace",
      name,
      "--name",
      "reader",
    ];
    return { words: [path, ...words, policy, "--approve"], env };
  };
  const associate = {
    words: [path, "utils", "associate-iam-oidc-provider", "--cluster", "bench", "--approve"],
    env,
  };
  return [
    {
      subject: {
        name: "eksctl associate-iam-oidc-provider",
        command: () => associate,
        prepare: forgetProvider,
      },
      job: "associate",
      isEksctl: true,
    },
    {
      subject: {
        name: "eksctl create iamserviceaccount",
        command: create,
        prepare: async () => undefined,
      },
      job: "create",
      isEksctl: true,
    },
  ];
}

async function tableOf(rows: readonly Row[], delay: number): Promise<string> {
  const times = new Map<Row, Timing[]>(rows.map((row) => [row, []]));
  for (let run = 0; run < RUNS; run += 1)
    for (const [row, own] of times) {
      await row.subject.prepare();
      own.push(await timeOnce(row.subject.command()));
    }
  const of = (row: Row, what: keyof Timing) => (times.get(row) ?? []).map((one) => one[what]);
  const eksctlOf = ({ job }: Row) => rows.find((row) => row.isEksctl && row.job === job);
  const ratio = (row: Row, what: keyof Timing): string => {
    const other = eksctlOf(row);
    return other === undefined ? "–" : `${(median(of(row, what)) / median(of(other, what))).toFixed(2)} ×`;
  };
  const cells = (row: Row, what: keyof Timing): string[] => [
    ms(median(of(row, what))),
    ms(Math.min(...of(row, what))),
    ratio(row, what),
  ];
  return table(
    [`${delay} ms before each answer`, "wall", "minimum", "vs. eksctl", "CPU", "minimum", "vs. eksctl"],
    rows.map((row) => [row.subject.name, ...cells(row, "wall"), ...cells(row, "cpu")]),
  );
}

function ms(seconds: number): string {
  return `${(seconds * 1000).toFixed(0)} ms`;
}
