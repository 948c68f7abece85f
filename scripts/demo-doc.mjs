// Runs the built demo and writes what it says to docs/demo.txt, docs/demo.svg and README.md:
// node scripts/demo-doc.mjs [--check]
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { terminalSvg } from "./terminal-svg.mjs";

const MARKERS = /(<!-- demo -->\n)[^]*?(<!-- \/demo -->)/;

/** What the demo says, as on a terminal with colors: both streams, in their order. */
function recorded() {
  const folder = mkdtempSync(join(tmpdir(), "irsa-demo-"));
  const file = join(folder, "said");
  const said = openSync(file, "w");
  try {
    const env = { PATH: process.env.PATH, HOME: folder, FORCE_COLOR: "1" };
    const { status } = spawnSync(process.execPath, ["bin/irsa.cjs", "demo"], {
      env,
      stdio: ["ignore", said, said],
    });
    if (status !== 0) throw new Error(`the demo ended with ${status}:\n${readFileSync(file, "utf8")}`);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(said);
    rmSync(folder, { recursive: true });
  }
}

/** The same text at every run: what is new each time has a fixed value, and what is done at once a fixed order. */
function masked(text) {
  const ports = new Map();
  return inOrder(text)
    .replaceAll(/127\.0\.0\.1:(\d+)/g, (_, port) => {
      if (!ports.has(port)) ports.set(port, 40001 + ports.size);
      return `127.0.0.1:${ports.get(port)}`;
    })
    .replaceAll(/\/id\/[0-9A-F]{32}/g, "/id/5D1C0FFEE5D1C0FFEE5D1C0FFEE5D1C0")
    .replaceAll(/\bdigest (\S*?)[0-9a-f]{16}\b/g, "digest $17f3a9c12be01d4aa")
    .replaceAll(/\b\d+\.\d s\b/g, "0.1 s")
    .replaceAll(/(cloudwatch-agent)-[a-z0-9]{5}\b(?!-)/g, "$1-x7k2p")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]{8}Z/g, "2026-01-01T12:00:00Z")
    .replaceAll(/ {3}\S*?\(\d+ attempts while [^\n]*/g, "");
}

const ORDER = ["Role created", "Namespace created", "attached", "ServiceAccount created", "STS accepts"];

/** Steps that run beside one another end in any order. */
function inOrder(text) {
  const rank = (line) => ORDER.findIndex((words) => line.includes(words));
  return text.replaceAll(/(?:^[^\n✓]{0,12}✓[^\n]*\n)+/gm, (block) => {
    const lines = block.split("\n").filter((line) => line !== "");
    return `${lines.toSorted((one, other) => rank(one) - rank(other)).join("\n")}\n`;
  });
}

const colored = masked(recorded());
const text = stripVTControlCharacters(colored).replace(/^\n/, "");
const readme = readFileSync("README.md", "utf8");
const section = `![What irsa demo says](docs/demo.svg)

<details>
<summary>The same as text</summary>

\`\`\`
${text.trimEnd()}
\`\`\`

</details>
`;
const documents = {
  "docs/demo.txt": text,
  "docs/demo.svg": terminalSvg(colored.replace(/^\n/, "")),
  "README.md": readme.replace(MARKERS, (_, begin, end) => `${begin}${section}${end}`),
};

for (const [file, content] of Object.entries(documents)) {
  if (!process.argv.includes("--check")) writeFileSync(file, content);
  else if (readFileSync(file, "utf8") !== content) {
    console.error(`${file} is not what the demo says: npm run docs:demo`);
    process.exitCode = 1;
  }
}
