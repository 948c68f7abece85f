import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { irsa } from "../irsa.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-test-"));
  await writeFile(join(folder, "file"), "");
  await chmod(join(folder, "file"), 0o444);
});
afterAll(async () => rm(folder, { recursive: true }));

/** Nobody answers there. */
const NOBODY = { AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_MAX_ATTEMPTS: "1" };

const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  irsa(
    args.map((arg) => arg.replace("FOLDER", folder)),
    {
      HOME: folder,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "none",
      ...more,
    },
    { cwd: folder },
  );

describe("what the first hour stumbles over is said in words of ours", () => {
  test.each<[readonly string[], number, string, Readonly<Record<string, string>>?]>([
    [["sandbox", "start", "--dir", "FOLDER/file"], 2, "'FOLDER/file' is not a directory"],
    [["sandbox", "start", "--dir", "FOLDER/file/below"], 2, "'FOLDER/file' is not a directory"],
    [["sandbox", "start", "--dir", ""], 2, "--dir '' can't be used: the name is empty"],
    // Nobody may write there, root neither, and nothing can be made there.
    [["sandbox", "start", "--dir", "/proc"], 2, "--dir '/proc' can't be used"],
    [["sandbox", "start", "--dir", "/proc/irsa"], 2, "--dir '/proc/irsa' can't be used"],
    [["demo"], 1, "can't create a directory in '/nonexistent'", { TMPDIR: "/nonexistent" }],
    [["sandbox", "run", "--", "/nonexistent"], 2, "'/nonexistent' failed to start: command not found"],
    [["sandbox", "run", "--", "FOLDER/file"], 2, "it is not an executable file"],
    [["get-sa", "--kubeconfig", ""], 2, "--kubeconfig '': a file is needed"],
    [["sandbox", "start", "--cluster-kubeconfig", ""], 2, "a file is needed"],
    [["get-sa", "--kubeconfig", "/nonexistent"], 2, "no such file or directory"],
    [["plan", "-f", ""], 2, "--filename must be a file or directory"],
    [["plan", "-f", "/nonexistent"], 2, "no such file or directory"],
    [["get-sa", "--cluster", "c"], 1, "AWS can't be reached (ECONNREFUSED)", NOBODY],
    [["get-sa", "--cluster", "c", "--kubeconfig", ""], 1, "AWS can't be reached (ECONNREFUSED)", NOBODY],
  ])(
    "%j",
    async (
      args: readonly string[],
      code: number,
      says: string,
      more: Readonly<Record<string, string>> = {},
    ) => {
      const { stdout, stderr, code: ended } = await run(args, more);
      expect(stderr).toContain(says.replace("FOLDER", folder));
      expect(stderr).not.toMatch(/this is a bug|AWS says|E[A-Z]+:/);
      expect(stdout).toBe("");
      expect(ended).toBe(code);
      // What could not be started has left nothing.
      expect(await readdir(folder)).toEqual(["file"]);
    },
  );
});
