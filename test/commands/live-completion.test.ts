import * as fc from "fast-check";
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { cacheFolder } from "../../src/commands/completion/live/cache.ts";
import { DATASETS, LIVE_KIND_NAMES, safeEntries } from "../../src/commands/completion/live/kinds.ts";
import { typedFlags, typedValue } from "../../src/commands/completion/live/typed-line.ts";
import { LIVE_ARGUMENTS, LIVE_FLAGS, placesOf, withoutLive } from "../../src/commands/completion/tree.ts";
import { Failure } from "../../src/model/failure.ts";
import { buildProgram } from "../../src/program.ts";
import { runIn } from "../fakes/command-line.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { aWorld } from "../fakes/world.ts";
import { scriptFor } from "./completion-scripts.ts";
import { useCacheHome, completed, listing, placeOfLine, refreshed } from "./live-world.ts";

const ROLE = "arn:aws:iam::111122223333:role/";
const MINUTE = 60_000;
const ON = "verify --cluster eks-work-cluster --region ap-northeast-2";
const NAMES = {
  clusters: ["blue", "green", "grey"],
  serviceAccounts: ["shop/cart", "shop/till", "pay/worker", "default/default"],
  roles: [`${ROLE}cart`, `${ROLE}apps/till`, "arn:aws-cn:iam::111122223333:role/far"],
};

let folder: string;
let home: string;
useCacheHome((made) => ({ home, folder } = made));

const network = () => listing(aWorld().withProvider(), NAMES);

describe("names that are cached", () => {
  it.each([
    ["clusters", "", "", ["blue", "green", "grey"]],
    ["clusters", "", "gr", ["green", "grey"]],
    ["clusters", "", "--cluster=gre", ["green", "grey"]],
    ["clusters", "", "x", []],
    ["namespaces", "", "", ["default", "pay", "shop"]],
    ["service-accounts", "", "shop/", ["shop/cart", "shop/till"]],
    ["service-account-names", "", "", ["default"]],
    ["service-account-names", "-n shop", "c", ["cart"]],
    ["roles", "", "", ["cart", "far", "till"]],
    ["role-arns", "", `${ROLE}apps`, [`${ROLE}apps/till`]],
  ] as const)("complete %s with '%s' from '%s'", async (kind, more, typed, expected) => {
    for (const dataset of DATASETS) await refreshed(dataset, placeOfLine(dataset, ON), network());
    expect((await completed(kind, `${ON} ${more}`, { typed })).values).toEqual(expected);
  });

  it("are for the user alone, file and folder", async () => {
    await refreshed("roles", {}, network());
    await completed("roles", "who-can", { now: Date.now() + 2 * MINUTE });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const files = readdirSync(folder);
    expect(files.toSorted()).toEqual([expect.stringMatching(/\.begun$/), expect.stringMatching(/\.json$/)]);
    for (const file of files) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["the moment they are read", 0, true, false],
    ["while they are a minute old", MINUTE, true, false],
    ["beyond, when they are read again", MINUTE + 1, true, true],
    ["for five minutes", 5 * MINUTE, true, true],
    ["and no longer", 5 * MINUTE + 1, false, true],
    ["and not where the clock was set back", -5 * MINUTE - 1, false, true],
  ])("are offered %s", async (_, age, offered, renewed) => {
    const now = Date.now();
    await refreshed("clusters", {}, network(), { now });
    const { values, begun } = await completed("clusters", "audit", { now: now + age });
    expect(values.length > 0).toBe(offered);
    expect(begun.length > 0).toBe(renewed);
  });

  it("that nobody asks for any more are cleared away, and nothing else is", async () => {
    await refreshed("clusters", { region: "eu-west-1" }, network());
    const [old = ""] = readdirSync(folder);
    utimesSync(join(folder, old), 0, 0);
    writeFileSync(join(folder, "notes.txt"), "");
    utimesSync(join(folder, "notes.txt"), 0, 0);
    await refreshed("clusters", {}, network());
    expect(readdirSync(folder)).not.toContain(old);
    expect(readdirSync(folder)).toContain("notes.txt");
  });
});

describe("a first Tab", () => {
  it("offers nothing and begins to read, once", async () => {
    expect(await completed("namespaces", ON)).toEqual({
      values: [],
      begun: [
        [
          "completion",
          "refresh",
          "service-accounts",
          "--cluster=eks-work-cluster",
          "--region=ap-northeast-2",
        ],
      ],
    });
    expect((await completed("namespaces", ON)).begun).toEqual([]);
    expect((await completed("service-accounts", ON)).begun).toEqual([]);
    expect((await completed("namespaces", ON, { now: Date.now() + 21_000 })).begun).toHaveLength(1);
  });

  it("leads to names, by the command line that it begins", async () => {
    const { begun } = await completed("clusters", "get-sa");
    const { failure, heard } = await runIn(aWorld(), begun[0]?.join(" ") ?? "");
    expect({ failure, out: heard.out, err: heard.err }).toEqual({ failure: undefined, out: [], err: [] });
    expect((await completed("clusters", "get-sa")).values).toEqual(["eks-work-cluster"]);
  });

  it("takes a value that looks like a flag for a value", async () => {
    const { begun } = await completed("clusters", "get-sa -p --approve");
    expect(begun).toEqual([["completion", "refresh", "clusters", "--profile=--approve"]]);
  });

  it.each(["--kubeconfig k.yaml", "--context kind", "--context=kind"])(
    "with %s never reaches the cluster: a plugin of the kubeconfig could ask for something",
    async (flags) => {
      expect(await completed("namespaces", `${ON} ${flags}`)).toEqual({ values: [], begun: [] });
      expect((await completed("clusters", `${ON} ${flags}`)).begun).toHaveLength(1);
    },
  );

  it.each([
    ["a file is where the folder should be", () => writeFileSync(join(home, "irsa"), "")],
    ["the cache is not JSON", () => writeCache("{")],
    ["the cache is another document", () => writeCache("[]")],
    ["its entries are none", () => writeCache('{"at":1,"entries":{}}')],
  ])("where %s says nothing", async (_, damage) => {
    damage();
    expect((await completed("clusters", "audit")).values).toEqual([]);
  });

  async function writeCache(text: string): Promise<void> {
    await completed("clusters", "audit");
    for (const name of readdirSync(folder))
      writeFileSync(join(folder, name.replace("begun", "json")), text, { mode: 0o600 });
  }
});

describe("names are those of", () => {
  const offeredOn = async (line: string) => (await completed("service-accounts", line)).values.length > 0;

  it.each([
    ["the same cluster", ON, true],
    ["the same cluster, said otherwise", "adopt --region=ap-northeast-2 -c eks-work-cluster", true],
    ["another cluster", "verify --cluster green --region ap-northeast-2", false],
    ["another region", "verify --cluster eks-work-cluster --region eu-west-1", false],
    ["another profile", `${ON} --profile other`, false],
  ])("%s", async (_, line, offered) => {
    await refreshed("service-accounts", placeOfLine("service-accounts", ON), network());
    expect(await offeredOn(line)).toBe(offered);
  });

  it.each([
    ["AWS_PROFILE", "other"],
    ["AWS_REGION", "eu-west-1"],
    ["AWS_ACCESS_KEY_ID", "AKIAOTHER"],
    ["AWS_ENDPOINT_URL_EKS", "http://localhost:1"],
    ["KUBECONFIG", "/other"],
  ])("the same %s", async (name, value) => {
    await refreshed("service-accounts", placeOfLine("service-accounts", ON), network());
    vi.stubEnv(name, value);
    expect(await offeredOn(ON)).toBe(false);
  });

  it("the same current context, where no cluster is named", async () => {
    const kubeconfig = join(home, "config");
    writeFileSync(kubeconfig, "current-context: blue");
    vi.stubEnv("KUBECONFIG", kubeconfig);
    const flags = { region: "ap-northeast-2", cluster: "eks-work-cluster" };
    await refreshed("service-accounts", flags, network());
    const line = "verify --region ap-northeast-2";
    await completed("namespaces", line);
    const before = readdirSync(folder).length;
    writeFileSync(kubeconfig, "current-context: green!");
    await completed("namespaces", line);
    expect(readdirSync(folder).length).toBe(before + 1);
    expect(await offeredOn(ON)).toBe(true);
  });

  it("whatever the secret is, of which nothing is kept", async () => {
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "one-secret");
    await refreshed("clusters", {}, network());
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "other-secret");
    expect((await completed("clusters", "audit")).values).toHaveLength(3);
    for (const name of readdirSync(folder))
      expect(readFileSync(join(folder, name), "utf8")).not.toContain("secret");
  });
});

describe("the process in the background", () => {
  it("asks for nothing, though someone could answer", async () => {
    const { context } = listeningContext();
    const terminal = { ...context.terminal, interactive: true };
    const choices: object[] = [];
    const inner = network();
    const watched = {
      ...inner,
      connectAws: (choice: Parameters<typeof inner.connectAws>[0]) => {
        choices.push(choice);
        return inner.connectAws(choice);
      },
    };
    for (const dataset of DATASETS) await refreshed(dataset, placeOfLine(dataset, ON), watched, { terminal });
    expect(choices).toHaveLength(3);
    for (const choice of choices) expect(choice).not.toHaveProperty("askMfaCode");
  });

  it.each([
    ["has", "[profile quiet]\ncredential_process = touch /tmp/asked\n", false],
    [
      "builds on one that has",
      "[profile quiet]\nrole_arn = x\nsource_profile = base\n[profile base]\ncredential_process = op\n",
      false,
    ],
    ["has no", "[profile quiet]\nregion = eu-west-1\n", true],
  ])("leaves a profile alone that %s a program for its credentials", async (_, config, reads) => {
    const file = join(home, "aws-config");
    writeFileSync(file, config);
    vi.stubEnv("AWS_CONFIG_FILE", file);
    await refreshed("clusters", { profile: "quiet" }, network());
    expect((await completed("clusters", "audit -p quiet")).values.length > 0).toBe(reads);
  });

  it("stops at rules that can't be read", async () => {
    const broken = new Failure("input", "invalid-input", "the rules can't be read");
    const organization = () => Promise.reject(broken);
    await expect(refreshed("roles", {}, network(), { organization })).rejects.toBe(broken);
    expect((await completed("roles", "who-can")).values).toEqual([]);
  });

  it("keeps what was known where it fails", async () => {
    await refreshed("clusters", {}, network());
    const failing = listing(aWorld(), {});
    const denied = {
      ...failing,
      connectAws: () => Promise.reject(new Failure("denied", "access-denied", "no")),
    };
    await expect(refreshed("clusters", {}, denied)).rejects.toThrow("no");
    expect((await completed("clusters", "audit")).values).toHaveLength(3);
  });
});

it.each([
  [{ XDG_CACHE_HOME: "/cache" }, /^\/cache\/irsa\/completion$/],
  // The specification has it ignored.
  [{ XDG_CACHE_HOME: "relative" }, /\/\.cache\/irsa\/completion$/],
  [{ XDG_CACHE_HOME: "" }, /\/\.cache\/irsa\/completion$/],
  [{}, /\/\.cache\/irsa\/completion$/],
])("with %j the cache is in %s", (env, expected) => {
  expect(cacheFolder(env)).toMatch(expected);
});

it.each([
  ["verify -c blue -r eu-west-1", { cluster: "blue", region: "eu-west-1" }],
  ["verify -cblue --region=eu-west-1", { cluster: "blue", region: "eu-west-1" }],
  ["audit -c blue -c green", { cluster: "green" }],
  ["verify --cluster 'blue' -p \"work\"", { cluster: "blue", profile: "work" }],
  ["verify --cluster", {}],
  ["verify --cluster=", {}],
  ["verify --cluster= -r eu-west-1", { region: "eu-west-1" }],
  ["verify --cluster.x blue -c=green", { cluster: "green" }],
  ["verify --name -n", {}],
  ["verify --constructor x --__proto__ y", {}],
])("of '%s' the flags %j count", (line, flags) => {
  expect(typedFlags(line.split(" "))).toEqual(flags);
});

it.each([
  ["gr", "gr"],
  ["--cluster=gr", "gr"],
  ["'gr", "gr"],
  ["", ""],
])("of the word %s, %s has been typed", (word, typed) => {
  expect(typedValue(word)).toBe(typed);
});

it("whatever the APIs answer, a name has a shell's safe characters alone", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom("a", "/", "-", ":", "$", "(", "`", ";", "'", " ", "\n") }),
  );
  const entry = fc.oneof(
    text,
    fc.tuple(text, text).map((parts) => parts.join("/")),
    text.map((name) => `${ROLE}${name}`),
    fc.anything(),
  );
  fc.assert(
    fc.property(fc.constantFrom(...DATASETS), fc.array(entry), (dataset, entries) => {
      const safe = safeEntries(dataset, entries);
      for (const one of safe) expect(one).toMatch(/^[A-Za-z0-9_][\w.,=@+:/-]*$/);
      expect(safeEntries(dataset, safe)).toEqual(safe);
    }),
  );
  expect(safeEntries("clusters", NAMES.clusters)).toEqual(NAMES.clusters);
});

describe("what the scripts call", () => {
  it("prints the names, a line each", async () => {
    await refreshed("clusters", {}, network());
    const { failure, heard } = await runIn(aWorld(), "completion values clusters --typed=gr -- audit -c");
    expect({ failure, out: heard.out, err: heard.err }).toEqual({
      failure: undefined,
      out: ["green", "grey"],
      err: [],
    });
  });

  it("is not in the help", async () => {
    const program = await buildProgram(["completion"], listeningContext().context, "0");
    const help = program.commands.find((one) => one.name() === "completion")?.helpInformation();
    expect(help).toMatch(/^Usage: irsa completion \[options\] <shell>\n/);
    expect(help).not.toMatch(/values <|refresh|Commands:/);
  });
});

describe("every script", () => {
  const kindsIn = (script: string): Set<string> =>
    new Set([...script.matchAll(/(?:_irsa_live|\$live) '?([a-z-]+)/g)].map(([, kind = ""]) => kind));

  it.each(["bash", "zsh", "fish", "powershell"])("of %s asks for names of every kind", async (shell) => {
    expect([...kindsIn(await scriptFor(shell))].toSorted()).toEqual([...LIVE_KIND_NAMES].toSorted());
  });

  it.each(["bash", "zsh", "fish", "powershell"])("of %s asks for none with --no-live", async (shell) => {
    const script = await scriptFor(shell, "--no-live");
    expect(kindsIn(script).size).toBe(0);
    expect(script).toContain("create-sa");
  });

  it("knows flags and arguments that there are", async () => {
    const { context } = listeningContext();
    const names = (await buildProgram([], context, "0")).commands.map((command) => command.name());
    const flags = new Set<string>();
    const args = new Set<string>();
    for (const name of names) {
      const program = await buildProgram([name], context, "0");
      const command = program.commands.find((one) => one.name() === name);
      for (const { long } of command?.options ?? []) flags.add(long ?? "");
      for (const argument of command?.registeredArguments ?? []) args.add(argument.name());
    }
    expect(Object.keys(LIVE_FLAGS).filter((flag) => !flags.has(flag))).toEqual([]);
    expect(Object.keys(LIVE_ARGUMENTS).filter((name) => !args.has(name))).toEqual([]);
  });

  it.each(["sandbox", "explain", "sdk-check", "permissions", "completion"])(
    "asks for none at %s, which calls no AWS",
    async (name) => {
      const program = await buildProgram([name], listeningContext().context, "0");
      const places = placesOf(program).filter(({ at }) => at.split(" ")[0] === name);
      expect(places.length).toBeGreaterThan(0);
      expect(places).toEqual(places.map(withoutLive));
    },
  );
});
