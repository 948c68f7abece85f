import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, expect } from "vitest";
import { roleArn, roleRef } from "../../src/model/arn.ts";
import { clientIdWords } from "../../src/model/client-id-words.ts";
import { isPrintable } from "../../src/model/printable.ts";
import type { Failure } from "../../src/model/failure.ts";
import { associateWords, attachWords, kubectlWords, moveWords } from "../../src/model/cluster-flags.ts";
import { flag } from "../../src/model/command-words.ts";
import { shellCommand } from "../../src/output/shell.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { MANAGED_BY_LABEL } from "../../src/model/ownership-tags.ts";
import { fromOperator } from "../../src/model/source.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { runIn } from "../fakes/command-line.ts";
import { FORGERIES } from "../fakes/forgeries.ts";
import { HOSTILE_NAMES } from "../fakes/hostile-names.ts";
import { aDesire, aServiceAccount, existing, ownRole, S3_READ } from "../fakes/values.ts";
import { aRemoval, planIn, removalIn, stopOf, textOf } from "../fakes/walk.ts";
import { aWorld } from "../fakes/world.ts";
import { attack } from "./attack.ts";
import { COMMANDS, JSON_COMMANDS, MOVE_TO_CLUSTER, MOVE_TO_ISSUER, ON, saidOf } from "./foreign-world.ts";

/** What would run if it were not quoted, or come apart, or become a flag. */
const INJECTIONS: readonly string[] = [
  "x; touch PWNED #",
  "$(touch PWNED)",
  "`touch PWNED`",
  "x' ; touch PWNED ; '",
  'x" ; touch PWNED ; "',
  "x\ntouch PWNED",
  "it's\n; touch PWNED #",
  "\\'; touch PWNED #\n",
  "x\r\ntouch PWNED",
  "x & touch PWNED",
  "x | touch PWNED",
  "> PWNED",
  "${IFS}touch${IFS}PWNED",
  "‘; touch PWNED ’",
  "# comment",
  "~",
  "~root/x",
  "*",
  "[a-z]?",
  "{a,b}",
  "!!",
  "=ls",
  "a=~/x",
  "--approve",
  "-n",
  "",
  " ",
  "\t",
  "ends with a backslash\\",
  "%s%n",
];

/** Which shells are here; what is POSIX is tried in all. */
const SHELLS = ["sh", "bash", "dash", "zsh"].filter((shell) => {
  try {
    return execFileSync(shell, ["-c", "echo yes"], { encoding: "utf8" }) === "yes\n";
  } catch {
    return false;
  }
});

const folder = mkdtempSync(join(tmpdir(), "irsa-commands-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Programs that only note how they are called. */
const NOTE = `#!/bin/sh
printf '%s\\0' "$(basename "$0")" "$@" >> calls
printf '\\036\\0' >> calls
`;
for (const name of ["irsa", "aws", "kubectl"]) {
  writeFileSync(join(folder, name), NOTE);
  chmodSync(join(folder, name), 0o755);
}

/** The calls that the lines of a script make, word by word. @throws where the shell does not take it */
function callsOf(lines: readonly string[], shell = "sh"): string[][] {
  const path = `${folder}:${process.env["PATH"] ?? ""}`;
  const options = { cwd: folder, env: { PATH: path, LC_ALL: "C.UTF-8", HOME: folder } };
  writeFileSync(join(folder, "script"), `${lines.join("\n")}\n`);
  rmSync(join(folder, "calls"), { force: true });
  execFileSync(shell, ["-n", "script"], options);
  execFileSync(shell, ["script"], options);
  expect(existsSync(join(folder, "PWNED"))).toBe(false);
  const calls = lines.length === 0 ? "" : readFileSync(join(folder, "calls"), "utf8");
  return calls
    .split("\u001E\0")
    .slice(0, -1)
    .map((call) => call.split("\0").slice(0, -1));
}

/** Texts that a shell can be given: no NUL, no half characters. */
const word = fc
  .oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(...Array.from("'\"\\$`!#~*?[]{}()<>|&;=-\n\r\t ax")) }),
    fc.constantFrom(...INJECTIONS, ...FORGERIES, ...HOSTILE_NAMES),
  )
  .map((text) =>
    text
      .replaceAll("\0", "")
      .replaceAll("\u001E", "")
      .replaceAll(/\p{Cs}/gu, ""),
  );

attack("cluster tenant", "M1: no word of a command that irsa prints is more than a word, in any shell", {
  attack: () => {
    for (const shell of SHELLS) {
      fc.assert(
        fc.property(fc.array(fc.array(word, { maxLength: 5 }), { minLength: 1, maxLength: 60 }), (calls) => {
          const meant = calls.map((words) => ["irsa", ...words]);
          const lines = meant.map((words) => shellCommand(words));
          for (const line of lines) expect(isPrintable(line)).toBe(true);
          const made = callsOf(lines, shell);
          expect(made.length).toBe(meant.length);
          // The quotes that can hold a line end are POSIX's since 2024; older shells take them for a word all the same.
          const hasThem = shell === "bash" || shell === "zsh";
          made.forEach((words, at) => {
            expect(words.length).toBe(meant[at]?.length);
            if (hasThem || meant[at]?.every(isPrintable)) expect(words).toEqual(meant[at]);
          });
        }),
        { numRuns: 25 },
      );
    }
  },
  twin: () => {
    expect(shellCommand(["irsa", "verify", "shop/cart", "--cluster", "blue", "--fix"])).toBe(
      "irsa verify shop/cart --cluster blue --fix",
    );
    expect(shellCommand(["aws", "--profile", "my team"])).toBe("aws --profile 'my team'");
  },
});

attack("cluster tenant", "M1 variant: a value that looks like a flag stays a value", {
  attack: () => {
    for (const value of ["--approve", "-x", "--"]) {
      expect(flag("--audience", value)).toEqual([`--audience=${value}`]);
      expect(associateWords([], value)).toContain(`--audience=${value}`);
      const words = attachWords([], {
        serviceAccount: aServiceAccount("shop/cart"),
        role: value,
        grant: { ...aWorld().grantOf(aDesire()), audience: value },
      });
      expect(words).toContain(`--audience=${value}`);
      expect(words).toContain(`--attach-role-arn=${value}`);
    }
  },
  twin: () => {
    expect(associateWords([], "vault")).toEqual(["irsa", "associate-oidc", "--audience", "vault"]);
    expect(kubectlWords(["--context", "blue"], "get", "pods")).toEqual([
      "kubectl",
      "--context",
      "blue",
      "get",
      "pods",
    ]);
    expect(moveWords(["--cluster", "blue"], "oidc.example.com")).toContain("--to");
  },
});

attack("other IAM user", "M1 variant: a role that is named like a flag makes a flag in a printed command", {
  attack: async () => {
    for (const name of ["--approve", "-n"])
      for (const [stop, expected] of await stopsFor(name, "--approve")) {
        expect(expected.length).toBeGreaterThan(0);
        const words = textOf(stop).split(/\s+/);
        for (const word of expected) expect(words).toContain(word);
        expect(words).not.toContain("--approve");
        expect(words).not.toContain(name === "-n" ? "--role-name" : name);
      }
  },
  twin: async () => {
    for (const [stop, expected] of await stopsFor("night", "vault"))
      for (const word of expected)
        expect(textOf(stop).replaceAll("=", " ")).toContain(word.replace("=", " "));
  },
});

/** The refusals that advise a command about a role of that name, and words of it. */
async function stopsFor(
  name: string,
  audience: string,
): Promise<readonly (readonly [Failure, readonly string[]])[]> {
  const serviceAccount = aServiceAccount("shop/cart");
  const arn = ownRole(name);
  const forged = aWorld().withProvider();
  forged.withRole(arn, {
    trust: forged.trustOf({ serviceAccount }),
    tags: forged.ownershipTagsOf({ serviceAccount }),
  });
  const foreign = aWorld()
    .withProvider()
    .withRole(arn, { trust: trustPolicy([]) });
  const asked = aDesire({ serviceAccount, role: existing(arn), audience: fromOperator(audience) });
  return [
    [await stopOf(removalIn(forged, aRemoval({ serviceAccount }))), [`--role-name=${name}`]],
    [await stopOf(planIn(forged, aDesire({ serviceAccount }))), [`--role-name=${name}`]],
    [await stopOf(planIn(foreign, asked)), [`--audience=${audience}`]],
  ];
}

/** The command lines in what a command said: alone on their line, behind an arrow or a colon, or in JSON. */
function commandsIn(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const [, shown] = /(?:^\s*|→ |: )((?:irsa|aws|kubectl) .*)$/.exec(line) ?? [];
    return shown === undefined || /…|NAMESPACE|ARN\b| with |"$|",$/.test(shown) ? [] : [shown];
  });
}

/** A command of an answer in JSON: as a line for a shell, and as its words. */
interface JsonCommand {
  readonly line: string;
  readonly argv: readonly string[];
}

/** The commands that are complete: advice has one that is not. */
function commandsInJson(value: unknown): JsonCommand[] {
  if (typeof value !== "object" || value === null) return [];
  const { kind, text, command, argv } = value as {
    readonly kind?: unknown;
    readonly text?: unknown;
    readonly command?: unknown;
    readonly argv?: readonly string[] | null;
  };
  const line = command ?? text;
  const own = kind !== "advice" && argv && typeof line === "string" ? [{ line, argv }] : [];
  return [...own, ...Object.values(value).flatMap(commandsInJson)];
}

async function inJson(value: string): Promise<JsonCommand[]> {
  const found: JsonCommand[] = [];
  for (const command of JSON_COMMANDS)
    found.push(...commandsInJson(JSON.parse((await saidOf(command, value)).out)));
  return found;
}

async function printed(value: string): Promise<string[]> {
  const found: string[] = [];
  for (const command of COMMANDS) found.push(...commandsIn((await saidOf(command, value)).all));
  found.push(...(await inJson(value)).map(({ line }) => line));
  return [...new Set(found)];
}

attack("cluster tenant", "M1: every command that is printed calls one program, and nothing else runs", {
  attack: async () => {
    for (const value of INJECTIONS.slice(0, 9)) {
      const lines = await printed(value);
      expect(lines.length).toBeGreaterThan(2);
      for (const line of lines) expect([line, callsOf([line]).length]).toEqual([line, 1]);
    }
  },
  twin: async () => {
    const lines = await printed("vault");
    const calls = callsOf(lines);
    expect(calls).toHaveLength(lines.length);
    expect(calls.flat()).toContain("vault");
  },
});

attack("cluster tenant", "M1 variant: the words of a command in JSON are others than its line has", {
  attack: async () => {
    for (const value of INJECTIONS.slice(0, 5)) {
      const found = await inJson(value);
      expect(found.length).toBeGreaterThan(2);
      for (const { line, argv } of found)
        if (argv.every(isPrintable)) expect([line, callsOf([line])]).toEqual([line, [argv]]);
    }
  },
  twin: async () => {
    const found = await inJson("vault");
    expect(found.map(({ line }) => line)).toEqual(found.map(({ argv }) => argv.join(" ")));
    expect(found.flatMap(({ argv }) => argv)).toContain("vault");
  },
});

/** The role's path that the flag advised by `get-sa -o clusterconfig` gives to `create-sa`. */
async function advisedPath(path: string): Promise<string | undefined> {
  const world = aWorld().withProvider();
  const serviceAccount = aServiceAccount("shop/cart");
  const name = roleRef(world.roleOf({ serviceAccount })).name;
  const arn = roleArn(world.cluster, path, name);
  world
    .withRole(
      arn,
      { trust: world.trustOf({ serviceAccount }), tags: world.ownershipTagsOf({ serviceAccount }) },
      { attached: [S3_READ] },
    )
    .withServiceAccount("shop/cart", {
      labels: { [MANAGED_BY_LABEL]: "irsa" },
      annotations: { [ROLE_ANNOTATION]: arn },
    });
  const where = "--cluster eks-work-cluster --region ap-northeast-2";
  const { heard } = await runIn(world, `get-sa ${where} -o clusterconfig`);
  const [, flags = ""] = /(--role-path.*)$/m.exec(heard.out.join("\n")) ?? [];
  return callsOf([`irsa create-sa ${flags}`])[0]?.at(-1);
}

attack("other IAM user", "M1 variant: a role's path runs from the flag that get-sa advises", {
  attack: async () => {
    for (const path of ["/$(touch${IFS}PWNED)/", "/;touch$IFS/PWNED/", "/`touch${IFS}PWNED`/", "/a'b\"c/"])
      expect(await advisedPath(path)).toBe(path);
  },
  twin: async () => expect(await advisedPath("/teams/")).toBe("/teams/"),
});

attack(
  "owner of another AWS account",
  "M1: an audience in a trust policy runs nothing from migrate-trust's note",
  {
    attack: async () => {
      const value = "x; touch PWNED #";
      const notes = commandsIn((await saidOf(MOVE_TO_ISSUER, value)).all);
      const inputs = notes.map((line) => callsOf([line])[0]?.slice(-2) ?? []);
      expect(inputs).toContainEqual(["--client-id", value]);
    },
    twin: async () => {
      expect((await saidOf(MOVE_TO_ISSUER, "vault")).all).toContain("--client-id vault");
    },
  },
);

/** Where the AWS CLI looks for a value that is not in the word itself. */
const LOADED = /^\s*(fileb?|https?):\/\//i;

for (const value of [
  "file:///proc/self/environ",
  "fileb://~/.aws/credentials",
  "FILE://x",
  "http://169.254.169.254/latest/meta-data/",
  "https://evil.example/x",
  "https://kubernetes.default.svc",
])
  attack("owner of another AWS account", `M1 variant: the AWS CLI would load the audience ${value}`, {
    attack: async () => {
      const calls = callsOf(await printed(value)).filter(([program]) => program === "aws");
      const loaded = calls.flat().filter((one) => LOADED.test(one) && one !== "file://policy.json");
      expect(loaded).toEqual([]);
    },
    twin: async () => {
      const words = clientIdWords("add-client-id-to", "arn", "https://vault.example.com");
      expect(JSON.parse(words.at(-1) ?? "")).toEqual({ ClientID: "https://vault.example.com" });
      expect((await saidOf(MOVE_TO_ISSUER, "vault")).all).toContain("--client-id vault");
    },
  });

attack("other IAM user", "M1 variant: the AWS CLI would load the name of an inline policy, for irsa narrow", {
  attack: async () => {
    const name = "file:///proc/self/environ";
    const calls = callsOf(commandsIn((await saidOf("narrow cart", name)).all));
    expect(calls.flat().filter((one) => LOADED.test(one))).toEqual(["file://policy.json"]);
    expect(calls).toContainEqual(expect.arrayContaining(["--cli-input-json", `{"PolicyName":"${name}"}`]));
  },
  twin: async () => {
    const calls = callsOf(commandsIn((await saidOf("narrow cart", "old")).all));
    expect(calls).toContainEqual(expect.arrayContaining(["delete-role-policy", "--policy-name", "old"]));
  },
});

attack("owner of another AWS account", "H1: migrate-trust advises to accept an API server's own audience", {
  attack: async () => {
    for (const value of ["https://kubernetes.default.svc", "api"])
      for (const command of [MOVE_TO_CLUSTER, MOVE_TO_ISSUER]) {
        const { all } = await saidOf(command, value);
        expect(commandsIn(all).filter((line) => line.includes(value))).toEqual([]);
        expect(all).toContain("belongs to the Kubernetes API server");
      }
  },
  twin: async () => {
    for (const command of [MOVE_TO_CLUSTER, MOVE_TO_ISSUER])
      expect(commandsIn((await saidOf(command, "vault")).all).join("\n")).toContain("vault");
  },
});

attack("cluster tenant", "M1 variant: a printed command applies what an annotation asks for, with no plan", {
  attack: async () => {
    const lines = await printed("vault");
    const calls = callsOf(lines).filter(([program]) => program === "irsa");
    expect(calls.filter((words) => words.includes("vault") && words.includes("--approve"))).toEqual([]);
    const roles = calls.filter((words) => words.includes("--attach-role-arn"));
    expect(roles.filter((words) => words.includes("--approve"))).toEqual([]);
    const { all } = await saidOf(`verify shop/till ${ON}`, "vault");
    expect(commandsIn(all)).toContainEqual(
      expect.stringMatching(/^kubectl .*annotate serviceaccount till .*audience-$/),
    );
  },
  twin: async () => {
    expect(associateWords([], "sts.amazonaws.com")).toEqual(["irsa", "associate-oidc", "--approve"]);
    expect(await printed("vault")).toContainEqual(expect.stringMatching(/associate-oidc .*--audience vault/));
  },
});
