import { spawn } from "node:child_process";
import { chmodSync, lstatSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { readPolicyFile } from "../../src/commands/shared/policy-file.ts";
import { checkReplaceable, writeInPlace, writeOut } from "../../src/files/write-in-place.ts";
import { irsa, type Run } from "../e2e/irsa.ts";
import { attack } from "./attack.ts";
import { aFolder } from "./folder.ts";
import { runHere } from "./in-process.ts";

const MARK = "S3CR3T-MARK-0123456789";
const ENVIRONMENT = { PATH: process.env["PATH"] ?? "", AWS_SECRET_ACCESS_KEY: MARK, MARKED: MARK };

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec:
  template:
    spec:
      containers: []
`;
const POLICY =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';

/** Everything that a run says must be free of the mark. */
function withoutMark({ code, stdout, stderr }: Run): Run {
  expect(stdout + stderr).not.toContain(MARK);
  expect(stderr).not.toContain("bug in irsa");
  return { code, stdout, stderr };
}

const run = (args: readonly string[], options: Parameters<typeof irsa>[2] = {}) =>
  irsa(args, ENVIRONMENT, { cwd: "/", ...options });
const bind = (...files: readonly string[]) => [
  "use-sa",
  "-n",
  "shop",
  "--name",
  "app",
  ...files.flatMap((file) => ["-f", file]),
];

for (const [title, args] of [
  ["plan", (path: string) => ["plan", "-f", path, "--debug"]],
  ["use-sa", (path: string) => [...bind(path), "--debug"]],
  ["audit", (path: string) => ["audit", "--cluster", "demo", "-f", path, "-o", "json", "--debug"]],
  ["sdk-check", (path: string) => ["sdk-check", path, "-o", "json", "--debug"]],
] as const)
  attack(
    "pull-request author",
    `H4: a symbolic link in the folder leads to the environment of the run (${title})`,
    {
      attack: async () => {
        const folder = aFolder();
        for (const name of ["zz.yaml", "package-lock.json", "go.mod"])
          folder.link(`pr/${name}`, "/proc/self/environ");
        const { code, stdout, stderr } = withoutMark(await run(args(join(folder.path, "pr"))));
        expect(code).toBe(2);
        expect(stdout + stderr).toContain("is a symbolic link that points outside the directory");
      },
      twin: async () => {
        const folder = aFolder();
        folder.file("pr/real/app.txt", title === "sdk-check" ? "module a\n" : DEPLOYMENT);
        for (const name of ["zz.yaml", "go.mod"]) folder.link(`pr/${name}`, "real/app.txt");
        const { stdout, stderr } = await run(args(join(folder.path, "pr")));
        expect(stdout + stderr).not.toContain("symbolic link");
      },
    },
  );

attack("pull-request author", "H4 variant: a folder on the way to the file is the symbolic link", {
  attack: async () => {
    const folder = aFolder();
    folder.file("outside/app.yaml", `${DEPLOYMENT}# ${MARK}\n`);
    folder.link("pr/inner", "../outside");
    folder.file("pr/own.yaml", DEPLOYMENT);
    const { code, stdout } = withoutMark(await run(bind(join(folder.path, "pr"))));
    expect({ code, documents: stdout.match(/kind: Deployment/g)?.length }).toEqual({ code: 0, documents: 1 });
  },
  twin: async () => {
    const folder = aFolder();
    // As a ConfigMap is mounted into a pod: names, a link to the current version, the version.
    folder.file("mount/..2026/app.yaml", DEPLOYMENT);
    folder.link("mount/..data", "..2026");
    folder.link("mount/app.yaml", "..data/app.yaml");
    folder.link("elsewhere", "mount");
    const { code, stdout } = await run(bind(join(folder.path, "elsewhere")));
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("serviceAccountName: app") as string,
    });
  },
});

attack("pull-request author", "L1: a named pipe, a device or a socket in the folder holds the run up", {
  attack: async () => {
    const folder = aFolder();
    folder.pipe("pr/a.yaml");
    folder.link("pr/b.yaml", "/dev/zero");
    const { code, stderr } = await run(bind(join(folder.path, "pr")));
    expect(code).toBe(2);
    expect(stderr).toMatch(/a\.yaml +is not a regular file\n/);
    expect(stderr).toMatch(/b\.yaml +is a symbolic link that points outside the directory\n/);
  },
  twin: async () => {
    const { code, stdout } = await shell(
      `"$0" "$1" ${bind().join(" ")} -f <(sleep 0.3; cat "$2")`,
      DEPLOYMENT,
    );
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("serviceAccountName: app") as string,
    });
  },
});

attack(
  "local user",
  "L1 variant: a named pipe without a writer, and one that says nothing more, hold the run up",
  {
    attack: async () => {
      const folder = aFolder();
      const pipe = folder.pipe("policy.json");
      expect((await readPolicyFile(pipe))?.text).toBe("");
    },
    twin: async () => {
      const folder = aFolder();
      const pipe = folder.pipe("policy.json");
      const writer = spawn("sh", ["-c", `sleep 0.5; printf '%s' "$1" > "$0"`, pipe, POLICY]);
      expect((await readPolicyFile(pipe))?.text).toBe(POLICY);
      writer.kill();
    },
  },
);

attack("pull-request author", "L1: a file without end or of 98 MB keeps the run busy", {
  attack: async () => {
    const folder = aFolder();
    folder.file("pr/large.yaml", Buffer.alloc(98 * 1024 * 1024, "a: b\n"));
    const { code, stderr } = await run(["plan", "-f", join(folder.path, "pr")]);
    expect(code).toBe(2);
    expect(stderr).toContain("is larger than 8 MiB");
    const endless = await run(bind("/dev/zero"));
    expect(endless).toMatchObject({ code: 2 });
    expect(endless.stderr).toContain("is not a regular file or a pipe");
    const piped = await shell(`yes 'a: b' | "$0" "$1" plan -f -`, "");
    expect(piped.stderr).toContain("is larger than 8 MiB");
  },
  twin: async () => {
    const folder = aFolder();
    folder.file("apps.yaml", `${DEPLOYMENT}---\n`.repeat(1_000));
    const { code, stdout } = await run([...bind(folder.path), "-o", "json"]);
    expect(code).toBe(0);
    expect(stdout).toContain('"changed": true');
  },
});

attack("pull-request author", "L4: use-sa --in-place writes through a symbolic link that leaves the folder", {
  attack: async () => {
    const folder = aFolder();
    const outside = folder.file("outside/app.yaml", DEPLOYMENT);
    folder.file("pr/own.yaml", DEPLOYMENT);
    // By a name that a shell's pattern gives, so that the file is named and not found.
    const named = folder.link("pr/app.yaml", "../outside/app.yaml");
    const own = join(folder.path, "pr/own.yaml");
    for (const files of [[join(folder.path, "pr")], [own, named]]) {
      const { code, stderr } = await run([...bind(...files), "--in-place"]);
      expect(code).not.toBe(0);
      expect(stderr).toContain("is a symbolic link that points outside the directory");
      expect([readFileSync(outside, "utf8"), readFileSync(own, "utf8")]).toEqual([DEPLOYMENT, DEPLOYMENT]);
    }
  },
  twin: async () => {
    const folder = aFolder();
    const real = folder.file("pr/base/app.yaml", DEPLOYMENT);
    chmodSync(real, 0o664);
    const link = folder.link("pr/app.yaml", "base/app.yaml");
    const { code } = await run([...bind(link), "--in-place"]);
    expect(code).toBe(0);
    expect(readFileSync(real, "utf8")).toContain("serviceAccountName: app");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(real).mode & 0o777).toBe(0o664);
    expect(readdirSync(join(folder.path, "pr/base"))).toEqual(["app.yaml"]);
  },
});

attack("local user", "L4 variant: the file is exchanged between its reading and its writing", {
  attack: async () => {
    const folder = aFolder();
    const secret = folder.file("secret", "kept");
    const path = folder.file("app.yaml", "changed meanwhile");
    const refused = { code: "not-written" };
    await expect(writeInPlace({ path, before: DEPLOYMENT }, "new")).rejects.toMatchObject(refused);
    await expect(checkReplaceable([{ path, before: DEPLOYMENT }])).rejects.toMatchObject(refused);
    expect(readFileSync(path, "utf8")).toBe("changed meanwhile");
    rmSync(path);
    folder.link("app.yaml", "/proc/self/environ");
    await expect(writeInPlace({ path, before: DEPLOYMENT }, "new")).rejects.toMatchObject(refused);
    const out = folder.link("sub/out.html", "../secret");
    await expect(writeOut(out, "page")).rejects.toMatchObject(refused);
    expect(readFileSync(secret, "utf8")).toBe("kept");
    expect(readdirSync(folder.path).toSorted()).toEqual(["app.yaml", "secret", "sub"]);
  },
  twin: async () => {
    const folder = aFolder();
    const path = folder.file("app.yaml", DEPLOYMENT);
    await writeInPlace({ path, before: DEPLOYMENT }, "new");
    expect(readFileSync(path, "utf8")).toBe("new");
    const out = join(folder.path, "out.html");
    await writeOut(out, "page");
    await writeOut(out, "other page");
    expect(readFileSync(out, "utf8")).toBe("other page");
  },
});

attack(
  "local user",
  "H4 variant: a file that is named is of another kind, and its text comes back in an error",
  {
    attack: async () => {
      for (const text of [
        MARK,
        `A=${MARK}\nB=2`,
        `"${MARK}`,
        `- ${MARK}`,
        `${MARK}: [`,
        `{${MARK}`,
        `[default]\naws_secret_access_key = ${MARK}`,
      ]) {
        const folder = aFolder();
        const file = folder.file("secret", text);
        for (const args of [
          ["plan", "-f", file],
          bind(file),
          ["create-sa", "--cluster", "demo", "-n", "shop", "--name", "app", "--policy-file", file],
          ["audit", "--cluster", "demo", "--baseline", file],
          ["get-sa", "--cluster", "demo", "--kubeconfig", file, "--context", "a"],
        ])
          for (const more of [[], ["-o", "json"]]) {
            const result = withoutMark(await runHere([...args, ...more, "--debug"]));
            // A manifest is what use-sa prints when there is something to bind; here there is not.
            expect(result.code).not.toBe(0);
          }
      }
    },
    twin: async () => {
      const folder = aFolder();
      const file = folder.file(
        "a.yaml",
        'apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: { name: demo, region: eu-west-1 }\niam: { serviceAccounts: [{ metadata: { name: Odd_Name }, attachPolicyARNs: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] }] }\n',
      );
      const { stderr } = await run(["plan", "-f", file]);
      expect(stderr).toContain("Odd_Name");
    },
  },
);

/** Runs a line of bash with irsa as `$0 $1` and a file with the text as `$2`. */
async function shell(line: string, text: string): Promise<Run> {
  const folder = aFolder();
  const file = folder.file("input", text);
  const child = spawn(
    "bash",
    ["-c", line, process.execPath, join(import.meta.dirname, "../../bin/irsa.cjs"), file],
    {
      env: ENVIRONMENT,
    },
  );
  const heard = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (heard.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (heard.stderr += chunk.toString()));
  const code = await new Promise<number>((resolve) => child.once("close", (ended) => resolve(ended ?? -1)));
  return { code, ...heard };
}
