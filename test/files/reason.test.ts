import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { reasonOf } from "../../src/files/reason.ts";

const refusal = (path: string) => readFile(path).then(String, reasonOf);

it.each([
  ["/no/such/file", "no such file or directory"],
  [`${import.meta.filename}/below`, "no such file or directory"],
  [import.meta.dirname, "it is a directory"],
])("says in words why %s can't be read", async (path, reason) => expect(await refusal(path)).toBe(reason));

it("says what else there is as it is", () => {
  expect(reasonOf(Object.assign(new Error("too many open files"), { code: "EMFILE" }))).toBe(
    "too many open files",
  );
  expect(reasonOf("odd")).toBe("odd");
});

it("says what the system says of what it has no words for, without the call", async () => {
  const error = Object.assign(new Error("EMFILE: too many open files, open '/x, y'"), { code: "EMFILE" });
  expect(reasonOf(error)).toBe("too many open files");
});
