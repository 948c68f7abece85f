import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../src/command-list.ts";

const SRC = fileURLToPath(new URL("../src", import.meta.url));
const SANDBOX = fileURLToPath(new URL("../packages/sandbox", import.meta.url));

/** A room of the house: what stands at the top of src/ is `entry`. */
type Room = string;

/**
 * What each room may import beside itself: another room, or one file of it. Dependencies point one way, from the
 * commands to the model; of the adapters the domain knows the port alone.
 */
const MAY_IMPORT: Readonly<Record<Room, readonly string[]>> = {
  entry: ["commands", "eksctl-syntax", "model", "output"],
  "eksctl-syntax": ["model"],
  library: [
    "aws/own-credentials.ts",
    "commands",
    "ending.ts",
    "files/read-file.ts",
    "interruption.ts",
    "model",
    "output",
  ],
  commands: [
    "audit",
    "aws",
    "config",
    "doctor",
    "engine",
    "export",
    "files",
    "graph",
    "kubernetes",
    "live-page",
    "manifests",
    "metrics",
    "model",
    "narrow",
    "oidc-association",
    "output",
    "permissions",
    "pod-identity-agent",
    "pod-identity-migration",
    "sdk-versions",
    "service-account",
    "trust-migration",
    "verification",
    "watch",
    "workload",
    "version.ts",
  ],
  watch: ["model", "audit", "verification", "aws/port.ts", "kubernetes/port.ts"],
  metrics: ["model", "audit", "verification", "watch", "aws/tell-calls.ts"],
  audit: ["model", "aws/port.ts", "kubernetes/port.ts"],
  graph: ["model", "audit"],
  "live-page": ["model", "graph", "output", "page", "watch"],
  config: ["model", "syntax", "oidc-association", "service-account"],
  export: [
    "model",
    "oidc-association",
    "service-account",
    "aws/port.ts",
    "permissions",
    "output/json.ts",
    "output/shell.ts",
    "output/yaml.ts",
  ],
  "service-account": ["model", "oidc-association", "aws/port.ts", "kubernetes/port.ts"],
  "oidc-association": ["model", "aws/port.ts"],
  verification: [
    "model",
    "service-account",
    "workload",
    "aws/port.ts",
    "kubernetes/port.ts",
    "network/certificates.ts",
  ],
  workload: ["model", "aws/port.ts", "kubernetes/port.ts"],
  engine: ["model", "aws/port.ts", "kubernetes/port.ts"],
  "sdk-versions": ["model", "syntax"],
  files: ["model"],
  manifests: ["model", "syntax"],
  page: ["model"],
  output: [
    "model",
    "page",
    "doctor",
    "manifests",
    "permissions",
    "sdk-versions",
    "verification",
    "watch",
    "workload",
  ],
  aws: ["files", "model", "network"],
  kubernetes: ["files", "model", "network", "syntax"],
  permissions: ["model"],
  doctor: ["model", "permissions", "verification", "aws/port.ts", "kubernetes/port.ts"],
  network: ["files", "model"],
  syntax: ["model"],
  "trust-migration": ["model", "oidc-association", "service-account", "aws/port.ts"],
  "pod-identity-agent": ["model", "aws/port.ts", "kubernetes/port.ts"],
  "pod-identity-migration": [
    "model",
    "service-account",
    "verification",
    "workload",
    "aws/port.ts",
    "kubernetes/port.ts",
  ],
  narrow: ["model", "audit", "service-account", "aws/port.ts", "kubernetes/port.ts"],
  model: [],
};

/** Packages that only one room may know, so that the rest can be tried without them. */
const PACKAGE_ROOMS: readonly (readonly [RegExp, readonly Room[]])[] = [
  [/^@aws-sdk\/|^@smithy\//, ["aws"]],
  [/^socks$|^https?-proxy-agent$/, ["network", "aws"]],
  [/^@inquirer\/|^commander/, ["commands", "entry"]],
  [/^chalk|^yocto-spinner|^yaml|^diff$/, ["output", "config", "manifests", "syntax"]],
  [/^@dagrejs\/|^d3-/, ["page"]],
  [/^smol-toml|^@xmldom\/|^packageurl-js/, ["sdk-versions"]],
];

interface Source {
  readonly file: string;
  readonly room: Room;
  readonly lines: readonly string[];
  readonly imports: readonly string[];
}

const SOURCES = sourcesIn(SRC);
const SANDBOX_SOURCES = sourcesIn(join(SANDBOX, "src"));

function sourcesIn(folder: string): readonly Source[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => sourceOf(file, readFileSync(join(folder, file), "utf8")));
}

function sourceOf(file: string, text: string): Source {
  const imports = [...text.matchAll(/(?:\bfrom |\bimport\(?\s*)"([^"]+)"/g)].map(([, name]) => name ?? "");
  return { file, room: roomOf(file), lines: text.split("\n"), imports };
}

function roomOf(file: string): Room {
  const [room, ...rest] = file.split("/");
  return rest.length === 0 || room === undefined ? "entry" : room;
}

/** The files of src/ that a source imports, as `model/arn.ts`. */
function importedFiles({ file, imports }: Source): string[] {
  return imports
    .filter((name) => name.startsWith("."))
    .map((name) => relative(SRC, join(SRC, dirname(file), name)));
}

function isAllowed(from: Room, target: string): boolean {
  const to = roomOf(target);
  return from === to || (MAY_IMPORT[from] ?? []).some((allowed) => allowed === to || allowed === target);
}

/** The exports without a docstring above them, or above the lines that they stand among. */
function undocumented({ file, lines }: Source): string[] {
  const starts = /^export (?:async )?(?:function\*?|const|class|interface|type) (?!\{)/;
  return lines.flatMap((line, at) =>
    starts.test(line) && !hasDocstring(lines.slice(0, at)) ? [`${file}:${at + 1} ${line}`] : [],
  );
}

function hasDocstring(above: readonly string[]): boolean {
  const last = above.findLast((line) => line === "" || /^ ?\*\/$|^\/\*\* .*\*\/$/.test(line));
  return last !== undefined && last !== "";
}

describe("the rooms of src/", () => {
  it("are all in the table", () => {
    expect(SOURCES.filter(({ room }) => !(room in MAY_IMPORT)).map(({ file }) => file)).toEqual([]);
  });

  it("import one way", () => {
    const wrong = SOURCES.flatMap((source) =>
      importedFiles(source)
        .filter((target) => !isAllowed(source.room, target))
        .map((target) => `${source.file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each(PACKAGE_ROOMS)("know their own packages: %s", (name, rooms) => {
    const users = SOURCES.filter(({ imports }) => imports.some((one) => name.test(one)));
    expect(users).not.toEqual([]);
    expect(users.filter(({ room }) => !rooms.includes(room)).map(({ file }) => file)).toEqual([]);
  });

  it("have a model that reaches for nothing: hashes, IP ranges and the context of a promise are all that it takes from Node", () => {
    const harmless = new Set(["node:crypto", "node:net", "node:async_hooks"]);
    const outside = SOURCES.filter(({ room }) => room === "model").flatMap(({ file, imports }) =>
      imports
        .filter((name) => !name.startsWith(".") && !harmless.has(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(outside).toEqual([]);
  });
});

describe("the sandbox, a package of its own", () => {
  const manifest = JSON.parse(readFileSync(join(SANDBOX, "package.json"), "utf8"));
  const model = JSON.parse(readFileSync(join(SRC, "model/package.json"), "utf8"));
  /** What it may import by name: what it says it needs, and of the model what that gives out. */
  const given = new Set([
    ...Object.keys(manifest.dependencies).filter((name) => name !== model.name),
    ...Object.keys(model.exports).map((path) => join(model.name, path)),
  ]);
  const isOutside = (file: string, name: string): boolean =>
    name.startsWith(".")
      ? join(dirname(file), name).startsWith("..")
      : !name.startsWith("node:") && !given.has(name);

  it("imports nothing of the command line's", () => {
    const outside = SANDBOX_SOURCES.flatMap(({ file, imports }) =>
      imports.filter((name) => isOutside(file, name)).map((name) => `${file}: ${name}`),
    );
    expect(SANDBOX_SOURCES.length).toBeGreaterThan(100);
    expect(outside).toEqual([]);
  });

  it.each([
    ["aws/sts.ts", "./state.ts", false],
    ["aws/sts.ts", "irsa-model/arn.ts", false],
    ["aws/sts.ts", "irsa-model/failure.ts", true],
    ["aws/sts.ts", "../../../../src/model/arn.ts", true],
    ["aws/sts.ts", "commander", true],
    ["sandbox.ts", "../test/requests.ts", true],
  ])("would be found to: %s imports %s: %s", (file, name, outside) => {
    expect(isOutside(file, name)).toBe(outside);
  });

  it("is used by its entry alone, and by the two commands that start one", () => {
    const users = SOURCES.flatMap(({ file, imports }) =>
      imports
        .filter((name) => name.startsWith("irsa-") || name.includes("packages/"))
        .map((name) => `${dirname(file)} ${name}`),
    );
    expect([...new Set(users)].toSorted()).toEqual([
      "commands/demo irsa-sandbox",
      "commands/sandbox irsa-sandbox",
      "commands/shared irsa-sandbox",
    ]);
  });
});

/**
 * The files that import each other, directly or by others between, and those on the way from one circle to another; also by
 * what is loaded once it is needed (`import()`).
 */
function inCircles(sources: readonly Source[]): readonly string[] {
  const rest = new Map(sources.map((source) => [source.file, importedFiles(source)]));
  const isOuter = (file: string): boolean => {
    const isImported = [...rest].some(([other, targets]) => other !== file && targets.includes(file));
    return !isImported || (rest.get(file) ?? []).every((target) => !rest.has(target));
  };
  for (;;) {
    const outer = [...rest.keys()].filter(isOuter);
    if (outer.length === 0) return [...rest.keys()];
    outer.forEach((file) => rest.delete(file));
  }
}

describe("the files of src/", () => {
  it("import each other in no circle, be it of types", () => {
    expect(inCircles(SOURCES)).toEqual([]);
  });

  it("would be found to: a file that imports itself through another", () => {
    const circle = [
      sourceOf("model/a.ts", 'import type { B } from "./b.ts";'),
      sourceOf("model/b.ts", 'import { a } from "./a.ts";'),
      sourceOf("model/c.ts", 'import { a } from "./a.ts";'),
    ];
    const lazy = [
      sourceOf("model/d.ts", 'await import("./a.ts");'),
      sourceOf("model/a.ts", 'import type { D } from "./d.ts";'),
    ];
    expect(inCircles(circle)).toEqual(["model/a.ts", "model/b.ts"]);
    expect(inCircles(lazy)).toEqual(["model/d.ts", "model/a.ts"]);
    expect(inCircles(circle.slice(1))).toEqual([]);
  });
});

/** How a function is declared that may wait for something, be it by `async` or by the type that it returns. */
const WAITING_PLAN =
  /\basync function\*? plan(?![a-z])\w*|\bfunction plan(?![a-z])\w*(?:<[^>]*>)?\([^;]*?\): (?:Promise|AsyncGenerator)\b|\bconst plan(?![a-z])\w* = async\b/g;

/** The functions whose name says that they plan and that may wait for something. */
function planning({ file, lines }: Source): string[] {
  // A declaration ends where its body begins.
  return lines
    .join("\n")
    .split(/\{\n/)
    .flatMap((part) => [...`${part}{`.matchAll(WAITING_PLAN)].map(([found]) => `${file}: ${found}`));
}

describe("what is called a plan reads nothing: what observes first is called to prepare", () => {
  it("in src/, but for the library, whose functions are called as the commands are", () =>
    expect(SOURCES.flatMap(planning)).toEqual(["library/index.ts: async function plan"]));

  it.each([
    ["async function planAll(): Promise<Plan> {", 1],
    ["async function plan(session: Session) {", 1],
    ["function planOne(\n  ref: Ref,\n): Promise<Plan> {\n  return observe(ref);\n}", 1],
    ["const planAll = async () => {", 1],
    ["async function planned(): Promise<Plan> {", 0],
    ["function planOne(ref: Ref): Plan {\n}\nfunction observe(): Promise<Ref> {", 0],
  ])("would be found to: %j", (text, found) => {
    expect(planning(sourceOf("commands/a/run.ts", text))).toHaveLength(found);
  });
});

describe("every file", () => {
  const all = [...SOURCES, ...SANDBOX_SOURCES];

  it("has a docstring on each export", () => {
    expect(all.flatMap(undocumented)).toEqual([]);
  });

  it("is short", () => {
    const long = all.filter(({ lines }) => lines.length > 250).map(({ file }) => file);
    expect(long).toEqual([]);
  });
});

describe("a test of the built package", () => {
  const E2E = fileURLToPath(new URL("e2e", import.meta.url));

  // vitest.config.ts takes its projects from folders: a test elsewhere would run in none.
  it("is in a folder that a project runs", () => {
    const tests = readdirSync(E2E, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".test.ts"),
    );
    expect(tests).not.toEqual([]);
    const run = /^(?:both|sandbox)\/(?:long\/)?[^/]+$|^real\//;
    expect(tests.filter((file) => !run.test(file))).toEqual([]);
  });
});

/** Who may make a value of a type that a change asks for: the edges where the operator speaks, and the judges. */
const MAKERS: readonly (readonly [maker: string, from: string, users: readonly string[]])[] = [
  [
    "fromOperator",
    "model/source.ts",
    [
      "commands/create-sa/flags.ts",
      "commands/delete-sa/command.ts",
      "commands/migrate-trust/command.ts",
      "commands/migrate-trust/run.ts",
      "commands/adopt/command.ts",
      "commands/associate-agent/flags.ts",
      "commands/associate-oidc/command.ts",
      "commands/shared/policy-file.ts",
      "commands/shared/role-settings.ts",
      "commands/shared/service-account-argument.ts",
      "commands/shared/shared-roles.ts",
      "commands/update-sa/command.ts",
      "config/service-account.ts",
      "config/pod-identity-association.ts",
      "config/role-fields.ts",
      "config/desired.ts",
      "config/organization.ts",
    ],
  ],
  [
    "derived",
    "model/source.ts",
    [
      "config/within-organization.ts",
      "model/problems.ts",
      "oidc-association/plan.ts",
      "service-account/create/pod-identity-input.ts",
      "service-account/role/inline-policies.ts",
      "service-account/update/association-input.ts",
      "service-account/update/input.ts",
    ],
  ],
  [
    "changeable",
    "model/authority.ts",
    ["service-account/role/ownership.ts", "service-account/role/sharing.ts", "trust-migration/plan.ts"],
  ],
  ["assumePolicy", "model/authority.ts", ["service-account/create/target-part.ts"]],
  ["givable", "model/authority.ts", ["service-account/role/sharing.ts"]],
  ["openable", "model/authority.ts", ["service-account/role/write-trust.ts"]],
  ["writable", "model/authority.ts", ["service-account/role/write-trust.ts", "trust-migration/plan.ts"]],
  ["narrowed", "model/authority.ts", ["service-account/role/write-trust.ts"]],
  ["ownedServiceAccount", "model/authority.ts", ["service-account/role/ownership.ts"]],
  ["associatedProof", "service-account/role/ownership.ts", ["service-account/role/association-witness.ts"]],
];

/** The types that say whose word a value is; a cast to one would be a maker in disguise. */
const SOURCES_IN_TYPES =
  /\bas (?:unknown as )?(?:FromOperator|Asked\w+|ChangeableRole|GivableRole|OpenableRole|WritableTrust|WritableGrant|NarrowedTrust|OwnedAccount|OwnedRole|BoundaryEdit)\b/;

const CASTING = [
  "model/authority.ts",
  "model/boundary-edit.ts",
  "model/source.ts",
  "service-account/role/write-trust.ts",
];

function namesImported(file: string, from: string): readonly string[] {
  const text = readFileSync(join(SRC, file), "utf8");
  return [...text.matchAll(/import (?:type )?\{([^}]*)\} from "([^"]+)"/g)]
    .filter(([, , path = ""]) => relative(SRC, join(SRC, dirname(file), path)) === from)
    .flatMap(([, names = ""]) => names.split(",").map((name) => name.replace(/^\s*type /, "").trim()));
}

describe("the sources of values", () => {
  it.each(MAKERS)("%s of %s is for those alone who hear the operator or judge", (maker, from, users) => {
    const found = SOURCES.filter(({ file }) => namesImported(file, from).includes(maker));
    expect(found.map(({ file }) => file).toSorted()).toEqual(users.toSorted());
  });

  it("are made by no cast", () => {
    const casting = SOURCES.filter(({ lines }) => lines.some((line) => SOURCES_IN_TYPES.test(line)));
    expect(casting.map(({ file }) => file).toSorted()).toEqual(CASTING);
  });
});

/** In a template: a program, words and flags, and a value that is not a constant of ours. A code of `explain` is ours. */
const COMMAND_WITH_VALUE = new RegExp(
  String.raw`\b(?:irsa (?:${COMMANDS.map(({ name }) => name)
    .filter((name) => name !== "explain")
    .join(
      "|",
    )})|kubectl|eksctl (?:create|get|utils)|aws [a-z-]+)(?: [a-z-]+)* (?:https://)?\$\{(?![A-Z_]+\})`,
);

/** What is made in one place, by what it looks like in a source, and those that may have it. */
const ONE_WAY: readonly (readonly [what: string, pattern: RegExp, files: readonly string[]])[] = [
  [
    "a command is put together by shellCommand alone",
    /[`"'](?:irsa|aws|kubectl|eksctl) [a-z-]+ [^`"']*(?:\$\{|["'] ?\+)/,
    [],
  ],
  [
    "a command inside of a sentence is none that a value is put into: it stands beside it, as words",
    COMMAND_WITH_VALUE,
    [],
  ],
  [
    "a word is quoted for a shell in one place; the scripts of completion are a language of their own",
    /'\\{1,2}''/,
    ["commands/completion/words.ts", "model/shell-word.ts"],
  ],
  ["flags are not joined to a text", /\bflag\([^()]*\)\.join\(/, []],
  ["a command is made by no cast", /\bas (?:unknown as )?ShellCommand\b/, ["output/shell.ts"]],
  [
    "a stream is written to in one place",
    /process\.(?:stdout|stderr)\.write\(|process\[/,
    ["commands/demo/key.ts", "output/streams.ts"],
  ],
  [
    "a whole text is made by those that write a language",
    /TextBlock\.(?:written|verbatim|composed)\(/,
    [
      "commands/completion/script.ts",
      "commands/export/in-cluster.ts",
      "commands/export/run.ts",
      "output/bound-files.ts",
      "output/graph-html.ts",
      "output/json.ts",
      "output/list-formats.ts",
      "output/live-text.ts",
      "output/permissions-text.ts",
      "output/streamed-answer.ts",
      "output/yaml.ts",
      "program.ts",
    ],
  ],
  ["the default audience is a value in one place", /"sts\.amazonaws\.com"/, ["model/issuer.ts"]],
  [
    "a language is escaped in one place",
    /Inert\.(?:tag|join)\(/,
    ["output/graph-dot.ts", "output/graph-mermaid.ts", "output/markdown.ts"],
  ],
];

describe("what is printed", () => {
  it.each(ONE_WAY)("%s", (_, pattern, files) => {
    const found = SOURCES.filter(({ lines }) => lines.some((line) => pattern.test(line)));
    expect(found.map(({ file }) => file).toSorted()).toEqual(files);
  });

  it("would be found to be put together otherwise", () => {
    const [[, command] = ["", /x/]] = ONE_WAY;
    expect(command.test("const text = `aws iam get-role --role-name ${name}`;")).toBe(true);
    expect(command.test('const text = "kubectl -n " + namespace;')).toBe(true);
    expect(command.test("const message = `irsa keeps ${name}`;")).toBe(true);
    expect(command.test('"irsa verify shop/cart"')).toBe(false);
  });

  it.each([
    ["to find out why: irsa verify ${path}", true],
    ["as its owner: kubectl -n ${namespace} label serviceaccount", true],
    ["(irsa migrate-trust --from https://${issuer} --to CLUSTER)", true],
    ["To list them: aws iam list-roles --path-prefix ${path}", true],
    ["or correct it with irsa create-sa --audience ${DEFAULT_AUDIENCE}", false],
    ["the role that irsa managed for ${path}", false],
    ["Run irsa explain ${row}", false],
  ])("would be found inside of a sentence: %s: %s", (text, found) => {
    expect(COMMAND_WITH_VALUE.test(text)).toBe(found);
  });

  it("is quoted for a shell by output/, and in an exported script by output/shell.ts", () => {
    const quoting = SOURCES.filter((source) =>
      importedFiles(source).some((file) => file === "model/shell-word.ts" || file === "output/shell.ts"),
    );
    const others = quoting.filter(({ room }) => room !== "output");
    expect(others.map(({ file }) => file)).toEqual([
      "export/engines/script.ts",
      "export/stackset/commands.ts",
    ]);
    expect(others.flatMap(importedFiles)).not.toContain("model/shell-word.ts");
  });
});

describe("the rules can be broken", () => {
  it.each([
    ["model/arn.ts", "../aws/port.ts", false],
    ["model/trust-policy/same.ts", "../arn.ts", true],
    ["service-account/create/plan.ts", "../../aws/port.ts", true],
    ["service-account/create/plan.ts", "../../aws/iam.ts", false],
    ["output/columns.ts", "../engine/apply.ts", false],
    ["engine/apply.ts", "../output/columns.ts", false],
    ["aws/iam.ts", "../kubernetes/port.ts", false],
  ])("%s imports %s: %s", (file, target, allowed) => {
    const [found = ""] = importedFiles(sourceOf(file, `import { x } from "${target}";`));
    expect(isAllowed(roomOf(file), found)).toBe(allowed);
  });

  it.each([
    ["/** Doc. */\nexport const A = 1;", 0],
    ["/** Doc. */\nexport const A = 1;\nexport const B = 2;", 0],
    ["/** Doc. */\nexport const A = 1;\n\nexport const B = 2;", 1],
    ["/**\n * Doc.\n */\nexport function a() {}", 0],
    ["/** Inner. */\nconst x = 1;\n\nexport interface B {}", 1],
    ["export type A = string;", 1],
  ])("%j has %i exports without a docstring", (text, count) => {
    expect(undocumented(sourceOf("model/x.ts", text))).toHaveLength(count);
  });
});

describe("ARCHITECTURE.md and CONTRIBUTING.md", () => {
  const ROOT = fileURLToPath(new URL("..", import.meta.url));
  const page = (name: string): string => readFileSync(join(ROOT, name), "utf8");
  const codeOf = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);

  it.each(["ARCHITECTURE.md", "CONTRIBUTING.md"])("%s names files and folders that exist", (name) => {
    // A path, without a part that stands for others; short ones begin in src/.
    const paths = codeOf(page(name)).filter(
      (code) => /^[\w.-]+\/[\w./-]*$/.test(code) && !/[A-Z]{4}/.test(code),
    );
    expect(paths.length).toBeGreaterThan(10);
    const known = (path: string): boolean => existsSync(join(ROOT, path)) || existsSync(join(SRC, path));
    // What a release writes, and how a package is imported.
    const written = new Set(["release/", "irsa-sandbox/parts"]);
    const besideCommands = /^(?:plan|session|proof|targets|links|shared)\/$/;
    expect(paths.filter((path) => !known(path) && !written.has(path) && !besideCommands.test(path))).toEqual(
      [],
    );
  });

  it("name npm scripts that exist", () => {
    const { scripts } = JSON.parse(page("package.json")) as { scripts: Record<string, string> };
    const text = page("CONTRIBUTING.md");
    const named = [...text.matchAll(/npm run ([\w:]+)|`(docs:\w+)`/g)].map(
      ([, one, other]) => one ?? other ?? "",
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  it("has every module in its table, and no other", () => {
    const [, table = ""] = page("ARCHITECTURE.md").split("## Modules");
    const [rows = ""] = table.split("`packages/sandbox/`");
    const listed = [...rows.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = ""]) => codeOf(cell));
    const modules = Object.keys(MAY_IMPORT).filter((room) => room !== "entry" && room !== "sandbox");
    expect(listed.toSorted()).toEqual(modules.map((room) => `${room}/`).toSorted());
  });

  it("says of each module what it may import", () => {
    const rows = [...page("ARCHITECTURE.md").matchAll(/^\| `([\w-]+)\/` \|.*\| ([^|]+) \|$/gm)];
    // Of these two the table says a rule instead of a list.
    const listed = rows.filter(([, room = ""]) => room !== "commands" && room !== "output");
    expect(listed.length).toBeGreaterThan(12);
    for (const [, room = "", text = ""] of listed) {
      const named = text === "no other module" ? [] : text.replaceAll("`", "").split(", ");
      const rooms = named.flatMap((one) => (one === "ports" ? ["aws/port.ts", "kubernetes/port.ts"] : [one]));
      expect(rooms.toSorted(), room).toEqual((MAY_IMPORT[room] ?? []).toSorted());
    }
  });
});
