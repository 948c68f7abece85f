import { reasonFor } from "./survivors.mjs";

const BEGIN = "<!-- figures -->";
const END = "<!-- end of figures -->";
const ALIVE = ["Survived", "NoCoverage"];

/** The page of docs with the figures of these modules in their place. */
export function pageOf(page, modules) {
  const [head, rest] = page.split(BEGIN);
  const [, tail] = rest.split(END);
  const all = modules.flatMap(([, mutants]) => mutants);
  const rows = [...modules, ["all", all]].map(([name, mutants]) => row(name, mutants));
  const table = [
    "| Module | Mutants | Killed | Timeout | Survived | Not reached | Refused by the compiler | Score |",
    "|---|---|---|---|---|---|---|---|",
    ...rows,
  ];
  return `${head}${BEGIN}\n${table.join("\n")}\n\n${survivors(all)}\n${END}${tail}`;
}

function row(name, mutants) {
  const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const killed = count("Killed", "Timeout");
  const score = ((100 * killed) / (killed + count(...ALIVE))).toFixed(1);
  const cells = ["Killed", "Timeout", "Survived", "NoCoverage", "CompileError"].map((status) =>
    count(status),
  );
  return `| ${[name, mutants.length, ...cells, `${score} %`].join(" | ")} |`;
}

function survivors(mutants) {
  const alive = mutants.filter(({ status }) => ALIVE.includes(status));
  const reasons = alive.map((mutant) => ({ ...mutant, ...reasonFor(mutant) }));
  const text = reasons.filter(({ kind }) => kind === "text").length;
  const listed = reasons.filter(({ kind }) => kind !== "text");
  const lines = listed.map(
    ({ file, line, key, why, original, replacement }) =>
      `| ${file.slice("src/".length)}:${line} | ${code(key ?? `${original} → ${replacement}`)} | ${why ?? "to be killed"} |`,
  );
  return [
    `${text} of the survivors change the text of a message alone. The others:`,
    "",
    "| Where | What the mutant does | Why it may |",
    "|---|---|---|",
    ...lines,
  ].join("\n");
}

function code(text) {
  const short = text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
  return `\`\` ${short.length > 160 ? `${short.slice(0, 160)}…` : short} \`\``;
}
