import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { useSa } from "../../src/commands/use-sa/command.ts";
import { isFailure } from "../../src/model/failure.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { textOf } from "../fakes/walk.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "use-sa-"))));
afterEach(async () => rm(folder, { recursive: true }));

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {spec: {containers: []}}}
`;
const BOUND = WEB.replace("{containers", "{serviceAccountName: orders, containers");

async function files(contents: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const contentOf = (path: string): Promise<string> => readFile(join(folder, path), "utf8");

/** Runs with `-n shop --name orders`; what follows `-f` is in the folder. */
async function run(...args: readonly string[]) {
  const { context, heard } = listeningContext();
  const paths = args.map((arg, i) => (args[i - 1] === "-f" && arg !== "-" ? join(folder, arg) : arg));
  const command = useSa(context).exitOverride();
  const failure = await command
    .parseAsync(["-n", "shop", "--name", "orders", ...paths], { from: "user" })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  if (failure !== undefined && !isFailure(failure)) throw failure;
  const plain = (lines: readonly string[]): string => lines.join("\n").replaceAll(`${folder}/`, "");
  return {
    code: heard.code,
    out: plain(heard.out),
    err: plain(heard.err),
    written: heard.written.join("").replaceAll(`${folder}/`, ""),
    failure,
    said: failure === undefined ? "" : textOf(failure).replaceAll(`${folder}/`, ""),
  };
}

describe("use-sa --file", () => {
  it("prints the new text, byte by byte, and the diff aside; the file stays", async () => {
    await files({ "web.yaml": WEB.trimEnd() });
    const { written, out, err, code } = await run("-f", "web.yaml");
    expect({ written, out, code }).toEqual({ written: BOUND.trimEnd(), out: "", code: 0 });
    expect(err).toContain("--- web.yaml\n+++ web.yaml\n@@ -1,4 +1,4 @@\n");
    expect(err).toContain("-spec: {template: {spec: {containers: []}}}\n");
    expect(err).toContain("+spec: {template: {spec: {serviceAccountName: orders, containers: []}}}\n");
    expect(err).toContain("deployment/web  default → orders  web.yaml:1\n  1 changed");
    expect(await contentOf("web.yaml")).toBe(WEB.trimEnd());
  });

  it("writes in place: whole, with the file's permissions, through a link, and leaves nothing beside", async () => {
    await files({ "real/web.yaml": WEB });
    await chmod(join(folder, "real/web.yaml"), 0o640);
    await symlink(join(folder, "real/web.yaml"), join(folder, "link.yaml"));
    const { written, code } = await run("-f", "link.yaml", "--in-place");
    expect({ written, code }).toEqual({ written: "", code: 0 });
    expect(await contentOf("real/web.yaml")).toBe(BOUND);
    expect((await stat(join(folder, "real/web.yaml"))).mode & 0o777).toBe(0o640);
    expect(await readdir(join(folder, "real"))).toEqual(["web.yaml"]);
    expect((await readdir(folder)).toSorted()).toEqual(["link.yaml", "real"]);
  });

  it("leaves a file alone that is right already", async () => {
    await files({ "web.yaml": BOUND });
    const before = await stat(join(folder, "web.yaml"));
    const { err } = await run("-f", "web.yaml", "--in-place");
    expect(err).toBe("  0 changed, 1 already with orders");
    expect((await stat(join(folder, "web.yaml"))).ino).toBe(before.ino);
  });

  it("takes folders; of several files those with such workloads make one stream", async () => {
    await files({
      "k8s/a/web.yml": WEB,
      "k8s/kustomization.yaml": "resources: [a]\n",
      "k8s/readme.md": "{{",
    });
    expect((await run("-f", "k8s")).written).toBe(`---\n# Source: k8s/a/web.yml\n${BOUND}`);
    await run("-f", "k8s", "--in-place");
    expect(await contentOf("k8s/a/web.yml")).toBe(BOUND);
    expect(await contentOf("k8s/kustomization.yaml")).toBe("resources: [a]\n");
  });

  it("skips what has no pod template with a line each, and edits the rest of the folder", async () => {
    await files({
      "k8s/web.yaml": WEB,
      "k8s/chart/templates/web.yaml": "{{- if .Values.on }}\nkind: Deployment\n{{- end }}\n",
      "k8s/jinja.yaml": "{% for a in b %}\n- {{ a }}\n{% endfor %}\n",
      "k8s/patches/replicas.yaml":
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n",
      "k8s/patches/json.yaml": "- {op: add, path: /spec/replicas, value: 2}\n",
      "k8s/build.yaml":
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: build}\nspec: {serviceAccountName: ci}\n",
      "k8s/other.yaml":
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: c}\n",
      "k8s/elsewhere.yaml":
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x, namespace: other}\nspec: {}\n",
    });
    const { code, err, failure } = await run("-f", "k8s", "--in-place");
    expect([failure, code]).toEqual([undefined, 0]);
    expect(await contentOf("k8s/web.yaml")).toBe(BOUND);
    const skipped = err.split("\n").filter((line) => line.includes("skipped"));
    expect(skipped.map((line) => line.trim().replace(/^skipped\s+/, ""))).toEqual([
      "k8s/build.yaml:1  Workflow/build runs pods in its own way",
      "k8s/chart/templates/web.yaml  is a template that must be rendered first",
      "k8s/jinja.yaml  is a template that must be rendered first",
      "k8s/patches/json.yaml:1  is a JSON patch",
      "k8s/patches/replicas.yaml:1  Deployment/web has no pod template (a patch)",
      "3 objects without pods: 2 Service, 1 ConfigMap",
    ]);
    expect(err).toContain("use-sa edits Deployment, DaemonSet, StatefulSet");
    const { result: json } = JSON.parse((await run("-f", "k8s", "-o", "json")).out) as {
      result: { skipped: object[] };
    };
    expect(json.skipped).toHaveLength(5);
    expect(json.skipped).toContainEqual({
      path: "k8s/build.yaml",
      line: 1,
      object: "Workflow/build",
      reason: "runs pods in its own way",
    });
  });

  it("says what was skipped where nothing is left, and refuses a template that is named", async () => {
    await files({
      "k8s/build.yaml":
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: build}\nspec: {serviceAccountName: ci}\n",
    });
    const none = await run("-f", "k8s");
    expect(none.failure).toMatchObject({ code: "workload-not-found" });
    expect(none.said).toContain("Workflow/build runs pods in its own way");
    expect(none.said).toContain("use-sa edits Deployment");
    await files({ "t.yaml": "{{- if .Values.on }}\na: b\n{{- end }}\n" });
    const { failure, said } = await run("-f", "t.yaml");
    expect(failure).toMatchObject({ code: "invalid-input" });
    expect(said).toContain("render the template first");
  });

  it("binds those that are named, and says which are not there", async () => {
    await files({ "web.yaml": WEB });
    const { failure, said } = await run("-f", "web.yaml", "deploy/web", "ds/agent");
    expect(failure).toMatchObject({ kind: "input", code: "workload-not-found" });
    expect(said).toContain("the files have no daemonset/agent in namespace shop");
    expect(said).toContain("deployment/web in shop (web.yaml:1)");
  });

  it("says so where nothing is of that namespace", async () => {
    await files({ "web.yaml": WEB });
    const { said } = await run("-f", "web.yaml", "-n", "other");
    expect(said).toContain("the files have no workload in namespace other");
  });

  it("writes nothing if anything can't be read or bound", async () => {
    await files({ "a.yaml": WEB, "b.yaml": "a: [\n" });
    const unread = await run("-f", "a.yaml", "-f", "b.yaml", "-f", "absent.yaml", "--in-place");
    expect(unread.failure).toMatchObject({ kind: "input" });
    expect(unread.said).toMatch(/absent\.yaml can't be read: no such file/);
    expect(unread.said).toMatch(/b\.yaml line \d: is not valid YAML/);
    await files({ "b.yaml": `x: &p {containers: []}\n${WEB.replace("{containers: []}", "*p")}` });
    const refused = await run("-f", "a.yaml", "-f", "b.yaml", "--in-place");
    expect(refused.failure).toMatchObject({ kind: "refused", code: "not-rewritable" });
    expect(refused.said).toContain("b.yaml:1 deployment/web takes its pod template from *p (line 5)");
    expect(await contentOf("a.yaml")).toBe(WEB);
  });

  it.each([
    [[], 3],
    [["--in-place"], 0],
  ])("--exit-code with %j: %d", async (flags, code) => {
    await files({ "web.yaml": WEB });
    expect((await run("-f", "web.yaml", "--exit-code", ...flags)).code).toBe(code);
    await files({ "web.yaml": BOUND });
    expect((await run("-f", "web.yaml", "--exit-code", ...flags)).code).toBe(0);
  });

  it("answers in JSON, with the text where it is not written", async () => {
    await files({ "web.yaml": WEB });
    const planned = JSON.parse((await run("-f", "web.yaml", "-o", "json")).out) as object;
    expect(planned).toMatchObject({ schemaVersion: 2, state: "planned" });
    expect(planned).toHaveProperty("result", {
      serviceAccount: { namespace: "shop", name: "orders" },
      files: [
        {
          path: "web.yaml",
          changed: true,
          workloads: [
            {
              workload: { kind: "deployment", namespace: "shop", name: "web" },
              line: 1,
              before: null,
              changed: true,
              olderField: null,
            },
          ],
          text: BOUND,
        },
      ],
      skipped: [],
    });
    const done = await run("-f", "web.yaml", "-o", "json", "--in-place");
    expect(JSON.parse(done.out)).toMatchObject({
      state: "done",
      result: { files: [{ changed: true, text: null }] },
    });
  });

  it("warns of the older field beside it", async () => {
    await files({ "web.yaml": WEB.replace("containers", "serviceAccount: old, containers") });
    expect((await run("-f", "web.yaml")).err).toContain(
      "warning  deployment/web also has the deprecated field serviceAccount: old, which is ignored",
    );
  });

  it("names every wrong flag together", async () => {
    const { said } = await run("-f", "-", "--in-place", "--approve", "--cluster", "c", "web", "-n", "A");
    for (const part of ["--namespace", "workload", "--approve", "--in-place", "--cluster"])
      expect(said).toContain(part);
  });
});
