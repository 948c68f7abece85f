import { exactly } from "../used-package.ts";
import { entriesAt, readJsonObject, textAt } from "./json.ts";
import { Malformed } from "./malformed.ts";
import type { Reader } from "./reader.ts";

/** NuGet's lock file: what each target framework resolved. Source: NuGet docs, "Locking dependencies". */
export const nugetLock: Reader = {
  format: "packages.lock.json",
  ecosystem: "nuget",
  fileName: /^packages(\..+)?\.lock\.json$/i,
  looksLike: (text) => /"resolved"\s*:/.test(text) && /"contentHash"\s*:/.test(text),
  read: (text) => {
    const lock = readJsonObject(text);
    if (!("dependencies" in lock)) throw new Malformed("'dependencies' is missing");
    const packages = entriesAt(lock, "dependencies").flatMap(([framework]) =>
      entriesAt(lock["dependencies"] as Readonly<Record<string, unknown>>, framework).flatMap(
        ([name, found]) => {
          const resolved = textAt(found, "resolved");
          // Projects of the same solution have none.
          if (resolved === undefined) return [];
          return [
            {
              type: "nuget",
              name,
              version: exactly(resolved),
              place: { marks: [`${JSON.stringify(name)}: {`] },
            },
          ];
        },
      ),
    );
    return { packages, complete: true };
  },
};
