// The bill of materials of what is bundled, as CycloneDX, made by CycloneDX's own generator from esbuild's metafiles.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundledFiles } from "./bundled-packages.mjs";

const GENERATOR = fileURLToPath(
  new URL("../bin/cyclonedx-esbuild-cli.js", import.meta.resolve("@cyclonedx/cyclonedx-esbuild")),
);

/**
 * Writes it without time and serial number, so that the same sources give the same bytes; the generator validates it.
 * @param metafile what esbuild tells of what it read and wrote
 * @param also folders of packages that are within another's own bundle
 * @param file where it is written to
 */
export function writeSbom(metafile, also, file) {
  const folder = mkdtempSync(join(tmpdir(), "irsa-sbom-"));
  try {
    const path = join(folder, "metafile.json");
    writeFileSync(path, JSON.stringify(ofFilesAlone(withoutWorkspaces(metafile), also)));
    const flags = ["--spec-version", "1.6", "--output-reproducible", "--validate"];
    execFileSync(process.execPath, [GENERATOR, ...flags, "--output-file", file, path], { stdio: "pipe" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file of the root package; its name stands for all that is irsa's own, in workspaces too, which are no components. */
const OWN = "src/main.ts";

/** As if irsa were one file. */
function withoutWorkspaces({ inputs, outputs }) {
  const named = (file) => (/^(?:src|packages)\//.test(file) ? OWN : file);
  const renamed = (files, join) => {
    const byName = {};
    for (const [file, it] of Object.entries(files))
      byName[named(file)] = named(file) in byName ? join(byName[named(file)], it) : it;
    return byName;
  };
  const importing = ({ imports, ...input }) => ({
    ...input,
    imports: imports.map((one) => ({ ...one, path: named(one.path) })).filter(({ path }) => path !== OWN),
  });
  return {
    inputs: renamed(
      Object.fromEntries(Object.entries(inputs).map(([file, it]) => [file, importing(it)])),
      (one, other) => ({ ...one, imports: [...one.imports, ...other.imports] }),
    ),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, output]) => [
        name,
        { ...output, inputs: renamed(output.inputs, (one, other) => (one.bytesInOutput > 0 ? one : other)) },
      ]),
    ),
  };
}

/** Without what no file stands behind (it would be listed as a component), and without what left nothing in the output. */
function ofFilesAlone({ inputs, outputs }, also) {
  const kept = new Set(bundledFiles({ outputs }));
  const own = Object.entries(outputs).map(([name, output]) => [
    name,
    {
      ...output,
      inputs: Object.fromEntries(Object.entries(output.inputs).filter(([file]) => kept.has(file))),
    },
  ]);
  const within = Object.fromEntries(also.map((folder) => [`${folder}/package.json`, { bytesInOutput: 1 }]));
  return { inputs, outputs: { ...Object.fromEntries(own), within: { inputs: within } } };
}
