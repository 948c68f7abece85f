import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { DATASETS } from "../../src/commands/completion/live/kinds.ts";
import { aWorld } from "../fakes/world.ts";
import { useCacheHome, completed, listing, placeOfLine, refreshed } from "../commands/live-world.ts";
import { attack } from "./attack.ts";

const ROLE = "arn:aws:iam::111122223333:role/";
const ON = "verify --cluster eks-work-cluster --region ap-northeast-2";

/** Words that a shell would run, expand, or take for a flag. */
const WORDS = [
  "$(touch pwned)",
  "`touch pwned`",
  "a;touch pwned",
  "a|b",
  "a&b",
  "a>b",
  "a b",
  "a\nb",
  "a'b",
  'a"b',
  "a\\b",
  "*",
  "{a,b}",
  "~root",
  "!!",
  "-rf",
  "--approve",
  "=ls",
  "@args",
  "+x",
  "\u202Ea",
  "a\u0000b",
  "\u001B[2J",
  "",
  "__proto__\u200B",
];

let folder: string;
let home: string;
useCacheHome((made) => ({ home, folder } = made));

attack("other IAM user", "a role or a path that is named like a command or a flag is completed as one", {
  attack: async () => {
    // IAM takes all printable ASCII in a path, and signs at the beginning of a name.
    const roles = WORDS.flatMap((word) => [`${ROLE}${word}`, `${ROLE}${word}/fine`]);
    await refreshed("roles", {}, listing(aWorld(), { roles }));
    expect((await completed("roles", "who-can")).values.toSorted()).toEqual(["fine"]);
    // What follows `role/` in an ARN is in the midst of a word; no sign there is more than a sign.
    for (const arn of (await completed("role-arns", "create-sa")).values)
      expect(arn).toMatch(/^arn:aws:iam::111122223333:role\/[\w+=,.@/-]+$/);
  },
  twin: async () => {
    const roles = [`${ROLE}cart`, `${ROLE}apps/till+1`];
    await refreshed("roles", {}, listing(aWorld(), { roles }));
    expect((await completed("roles", "who-can")).values).toEqual(["cart", "till+1"]);
    expect((await completed("role-arns", "create-sa")).values).toEqual([`${ROLE}apps/till+1`, `${ROLE}cart`]);
  },
});

attack("malicious cluster", "ServiceAccounts with names of commands are completed into the command line", {
  attack: async () => {
    const serviceAccounts = WORDS.flatMap((word) => [`${word}/cart`, `shop/${word}`, `${word}/${word}`]);
    const place = placeOfLine("service-accounts", ON);
    await refreshed("service-accounts", place, listing(aWorld().withProvider(), { serviceAccounts }));
    for (const kind of ["namespaces", "service-accounts", "service-account-names"] as const)
      expect((await completed(kind, `${ON} -n shop`)).values).toEqual([]);
  },
  twin: async () => {
    const place = placeOfLine("service-accounts", ON);
    const serviceAccounts = ["shop/cart", "$(id)/x"];
    await refreshed("service-accounts", place, listing(aWorld().withProvider(), { serviceAccounts }));
    expect((await completed("service-accounts", ON)).values).toEqual(["shop/cart"]);
  },
});

attack("malicious proxy", "an answer for EKS lists clusters whose names are commands", {
  attack: async () => {
    await refreshed("clusters", {}, listing(aWorld(), { clusters: WORDS }));
    expect((await completed("clusters", "audit")).values).toEqual([]);
  },
  twin: async () => {
    await refreshed("clusters", {}, listing(aWorld(), { clusters: ["blue", ...WORDS] }));
    expect((await completed("clusters", "audit")).values).toEqual(["blue"]);
  },
});

/** The one file of names in the cache. */
function namesFile(): string {
  const file = readdirSync(folder).find((name) => name.endsWith(".json")) ?? "";
  return join(folder, file);
}

const read = () => refreshed("clusters", {}, listing(aWorld(), { clusters: ["blue"] }));
const offered = async () => (await completed("clusters", "audit")).values;

attack("local user", "names are put into the cache of somebody else", {
  attack: async () => {
    await read();
    const file = namesFile();
    // A command in a file that is the user's own.
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("blue", "$(touch pwned)"));
    expect(await offered()).toEqual([]);
    writeFileSync(file, text);
    // A file that others can read or write.
    for (const mode of [0o604, 0o602, 0o640, 0o620, 0o666]) {
      chmodSync(file, mode);
      expect(await offered(), mode.toString(8)).toEqual([]);
    }
    chmodSync(file, 0o600);
    // A link to a file elsewhere.
    renameSync(file, join(home, "elsewhere.json"));
    symlinkSync(join(home, "elsewhere.json"), file);
    expect(await offered()).toEqual([]);
    rmSync(file);
    renameSync(join(home, "elsewhere.json"), file);
    // A folder in which others can put one.
    chmodSync(folder, 0o777);
    expect(await offered()).toEqual([]);
    chmodSync(folder, 0o700);
    // A link to another folder.
    renameSync(folder, join(home, "other"));
    symlinkSync(join(home, "other"), folder);
    expect(await offered()).toEqual([]);
  },
  twin: async () => {
    await read();
    expect(await offered()).toEqual(["blue"]);
  },
});

attack("local user", "a link in the cache folder has irsa write elsewhere", {
  attack: async () => {
    const victim = join(home, "victim");
    mkdirSync(victim, { mode: 0o700 });
    mkdirSync(join(home, "irsa"), { mode: 0o700 });
    symlinkSync(victim, folder);
    await expect(read()).rejects.toThrow("is a symbolic link");
    await completed("clusters", "audit");
    expect(readdirSync(victim)).toEqual([]);
    rmSync(folder);
    // A file's place.
    await read();
    const file = namesFile();
    writeFileSync(join(home, "precious"), "precious");
    rmSync(file);
    symlinkSync(join(home, "precious"), file);
    await read().catch(() => undefined);
    // The place of a mark, which has to be written again.
    await completed("clusters", "audit");
    const mark = file.replace(/json$/, "begun");
    rmSync(mark, { force: true });
    symlinkSync(join(home, "precious"), mark);
    expect((await completed("clusters", "audit", { now: Date.now() + 600_000 })).begun).toHaveLength(1);
    expect(readFileSync(join(home, "precious"), "utf8")).toBe("precious");
  },
  twin: async () => {
    await read();
    expect(await read()).toEqual([]);
    expect(await offered()).toEqual(["blue"]);
  },
});

attack("local user", "a Tab runs a program of a kubeconfig or of an AWS profile that asks for something", {
  attack: async () => {
    expect((await completed("namespaces", `${ON} --kubeconfig theirs.yaml`)).begun).toEqual([]);
    const config = join(home, "config");
    writeFileSync(config, `[profile asks]\ncredential_process = touch ${join(home, "asked")}\n`);
    vi.stubEnv("AWS_CONFIG_FILE", config);
    for (const dataset of DATASETS) {
      const world = aWorld().withProvider();
      await refreshed(dataset, { ...placeOfLine(dataset, ON), profile: "asks" }, listing(world, {}));
      expect(world.log.calls).toEqual([]);
    }
    expect(readdirSync(home)).not.toContain("asked");
  },
  twin: async () => {
    const config = join(home, "config");
    writeFileSync(config, "[profile plain]\naws_access_key_id = AKIA1\naws_secret_access_key = x\n");
    vi.stubEnv("AWS_CONFIG_FILE", config);
    await refreshed("clusters", { profile: "plain" }, listing(aWorld(), { clusters: ["blue"] }));
    expect((await completed("clusters", "audit -p plain")).values).toEqual(["blue"]);
  },
});

attack("local user", "the same of the default profile, beside keys in the environment that are not whole", {
  attack: async () => {
    const config = join(home, "config");
    writeFileSync(config, `[default]\ncredential_process = touch ${join(home, "asked")}\n`);
    vi.stubEnv("AWS_CONFIG_FILE", config);
    vi.stubEnv("AWS_PROFILE", "");
    for (const [id, secret] of [
      ["AKIA1", undefined],
      ["", "x"],
      ["AKIA1", ""],
    ]) {
      vi.stubEnv("AWS_ACCESS_KEY_ID", id);
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", secret);
      const world = aWorld();
      await refreshed("clusters", {}, listing(world, {}));
      expect(world.log.calls).toEqual([]);
    }
  },
  twin: async () => {
    vi.stubEnv("AWS_CONFIG_FILE", join(home, "config"));
    writeFileSync(join(home, "config"), "[default]\ncredential_process = false\n");
    vi.stubEnv("AWS_PROFILE", "");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIA1");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "x");
    await refreshed("clusters", {}, listing(aWorld(), { clusters: ["blue"] }));
    expect((await completed("clusters", "audit ")).values).toEqual(["blue"]);
  },
});
