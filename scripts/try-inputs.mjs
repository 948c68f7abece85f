// Gives real files to the commands that read their kind, and reports for each whether it was read, refused with a reason,
// or shows a defect (a stack, a "bug in irsa", a failure without a word, JSON that does not parse):
//
//   npm run build && node bin/irsa.cjs sandbox run -- node scripts/try-inputs.mjs FOLDER [--all]
//
// FOLDER may hold checked-out repositories; nothing is fetched, and no command is given --approve. Manifests,
// ClusterConfigs, kubeconfigs and IAM policies are told by their content. For lock files see try-repositories.mjs.
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { relative } from "node:path";
import { filesIn, parsed } from "./real-files.mjs";

const CLUSTER = ["--cluster", "sandbox"];
const NAMES = /\.(ya?ml|json|conf|config)$|^(kube)?config$/;
const TOO_LARGE = 16 * 1024 ** 2;

/** A kind of file: how it is told, the command line that reads it, and what is said where it was read and led nowhere. */
const KINDS = [
  {
    kind: "ClusterConfig",
    isOne: (text) => /^kind:\s*ClusterConfig\b/m.test(text) && text.includes("eksctl.io/"),
    args: (file) => ["plan", "-f", file, "-o", "json"],
    afterReading: /^cluster '/,
  },
  {
    kind: "kubeconfig",
    isOne: (text) => /^kind:\s*Config\b/m.test(text) && /^clusters:/m.test(text) && /^contexts:/m.test(text),
    args: (file) => ["get-sa", ...CLUSTER, "--kubeconfig", file, "-o", "json"],
    afterReading: /^the cluster's API server can't be reached/,
  },
  {
    kind: "manifest",
    isOne: (text, file) =>
      /\.ya?ml$/.test(file) && /^kind:\s*\S/m.test(text) && /^apiVersion:\s*\S/m.test(text),
    args: (file) => ["use-sa", "-n", "default", "--name", "attempts", "-f", file, "-o", "json"],
    afterReading: /^there is no workload of namespace /,
  },
  {
    kind: "policy",
    isOne: (text, file) => file.endsWith(".json") && /"Statement"\s*:/.test(text),
    args: (file) => [
      "create-sa",
      ...CLUSTER,
      "-n",
      "default",
      "--name",
      "attempts",
      "--role-only",
      "--associate-oidc",
      "--policy-file",
      file,
      "-o",
      "json",
    ],
  },
];

const [folder, ...flags] = process.argv.slice(2);
if (folder === undefined || process.env.IRSA_SANDBOX_TOKEN === undefined) {
  console.error("usage: node bin/irsa.cjs sandbox run -- node scripts/try-inputs.mjs FOLDER [--all]");
  process.exit(2);
}

const counts = {};
for (const file of filesIn(folder, (name) => NAMES.test(name)))
  if (statSync(file).size <= TOO_LARGE) tryFile(file);
for (const [kind, of] of Object.entries(counts))
  console.log(`${kind}: ${of.read} read, ${of.refused} refused, ${of.defect} with a defect`);
process.exitCode = Object.values(counts).some(({ defect }) => defect > 0) ? 1 : 0;

function tryFile(file) {
  const text = readFileSync(file, "utf8");
  const found = KINDS.find(({ isOne }) => isOne(text, file));
  if (found === undefined) return;
  const run = spawnSync(process.execPath, ["bin/irsa.cjs", ...found.args(file)], {
    encoding: "utf8",
    maxBuffer: 1024 ** 3,
    timeout: 60_000,
  });
  const [verdict, why] = judged(run, found);
  counts[found.kind] ??= { read: 0, refused: 0, defect: 0 };
  counts[found.kind][verdict] += 1;
  if (verdict !== "read" || flags.includes("--all"))
    console.log(`${verdict}  ${found.kind}  ${relative(folder, file)}${why === "" ? "" : `: ${why}`}`);
}

/** What a run says of its file. */
function judged({ status, stdout, stderr }, { afterReading }) {
  if (status === null) return ["defect", "no end within a minute"];
  if (/\bbug in irsa\b|^\s+at .+:\d+:\d+\)?$/m.test(stderr)) return ["defect", firstLine(stderr)];
  const answer = parsed(stdout);
  if (answer === undefined && stdout.trim() !== "") return ["defect", "the answer is not JSON"];
  if (status === 0) return ["read", ""];
  const reason = answer?.error?.message ?? firstLine(stderr);
  if (afterReading?.test(reason) === true) return ["read", reason];
  return reason === "" ? ["defect", `exit ${status} without a word`] : ["refused", reason];
}

function firstLine(text) {
  return text.trim().split("\n", 1).join("");
}
