import { readdirSync, readFileSync } from "node:fs";
import { basename, posix } from "node:path";

/** A page of the site: a file of the checkout, and what it is called in the navigation unless by its heading. */
interface Entry {
  readonly file: string;
  readonly text?: string;
}

/** A part of the site with its pages, the first of which opens it. */
export interface Section {
  readonly text: string;
  /** The folder of its pages, `/` or one that begins and ends with it. */
  readonly path: string;
  readonly entries: readonly Entry[];
}

const doc = (name: string, text?: string): Entry => ({
  file: `docs/${name}.md`,
  ...(text !== undefined && { text }),
});

const folder = (path: string): readonly Entry[] =>
  readdirSync(path)
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .toSorted()
    .map((name) => ({ file: posix.join(path, name) }));

/** Every page of the site. A Markdown file that is in none of the sections fails a test. */
export const SECTIONS: readonly Section[] = [
  {
    text: "Start",
    path: "/",
    entries: [
      { file: "README.md", text: "Overview" },
      doc("install"),
      doc("limits"),
      { file: "CHANGELOG.md" },
    ],
  },
  {
    text: "Tasks",
    path: "/tasks/",
    entries: [
      doc("file", "Many ServiceAccounts"),
      doc("adopt", "Adopt from eksctl, Terraform"),
      doc("pod-identity", "EKS Pod Identity"),
      doc("ci", "CI without keys"),
      doc("gitops", "Argo CD and Flux"),
      doc("export", "Export to other engines"),
      doc("targets", "Many AWS accounts"),
      doc("scale", "At scale"),
      doc("watch", "Watch a cluster"),
      doc("in-cluster", "Run in the cluster"),
      doc("metrics", "Metrics and alerts"),
      doc("graph", "The picture"),
      doc("narrow", "Narrow permissions"),
      doc("move-off-node", "Leave the role of the nodes"),
      doc("guardrails", "Organization policies"),
      doc("organization", "An organization's rules"),
      doc("policies", "Well-known policies"),
      doc("library", "Use it as a library"),
      { file: "packages/sandbox/README.md", text: "The sandbox" },
    ],
  },
  {
    text: "Commands",
    path: "/commands/",
    entries: [doc("commands", "All commands"), doc("permissions", "Permissions"), doc("json", "JSON")],
  },
  {
    text: "Rules",
    path: "/rules/",
    entries: [{ file: "docs/rules/README.md", text: "All rules" }, ...folder("docs/rules")],
  },
  {
    text: "Failure modes",
    path: "/failure-modes/",
    entries: [doc("failure-modes", "How IRSA fails"), doc("error-codes"), doc("exit-codes"), doc("messages")],
  },
  {
    text: "Architecture",
    path: "/architecture/",
    entries: [
      { file: "ARCHITECTURE.md" },
      { file: "SECURITY.md", text: "Security" },
      { file: "CONTRIBUTING.md" },
      doc("worlds", "Test environments"),
      doc("performance"),
      doc("mutation", "Mutation tests"),
      doc("dependencies", "Dependencies"),
      { file: "docs/decisions/README.md" },
      ...folder("docs/decisions"),
    ],
  },
];

/** The path of each page in the site, by its file: in its section's folder, `index.md` for the section's first. */
export const ROUTES: ReadonlyMap<string, string> = new Map(
  SECTIONS.flatMap(({ path, entries }) =>
    entries.map(({ file }, index) => [file, index === 0 ? `${path}index.md` : path + nameOf(file)] as const),
  ),
);

function nameOf(file: string): string {
  const folder = posix.basename(posix.dirname(file));
  const name = basename(file).toLowerCase();
  if (name === "readme.md") return `${folder}.md`;
  return folder === "decisions" ? `decisions/${name}` : name;
}

/** The heading of a page. */
export function titleOf(file: string): string {
  return /^# (.+)$/m.exec(readFileSync(file, "utf8"))?.[1] ?? file;
}
