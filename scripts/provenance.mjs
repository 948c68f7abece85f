// What was built from what, as an in-toto statement with SLSA's provenance predicate; unsigned. It has no time in it: the
// same commit gives the same statement.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** The hexadecimal digest of a file. */
export function digestOf(path, algorithm = "sha256") {
  return createHash(algorithm).update(readFileSync(path)).digest("hex");
}

/**
 * Source: in-toto Attestation Framework, Statement v1; SLSA, Provenance v1.
 * @param artifacts paths of what was built, by name
 * @param source the repository's URL, tag and commit
 * @param builder a URI that says who built it
 */
export function provenanceOf({ artifacts, source, builder, tools }) {
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: Object.entries(artifacts).map(([name, path]) => ({
      name,
      digest: { sha256: digestOf(path), sha512: digestOf(path, "sha512") },
    })),
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "urn:irsa:npm-run-release:v1",
        externalParameters: { source: source.url, ref: `refs/tags/${source.tag}` },
        internalParameters: tools,
        resolvedDependencies: [
          { uri: `${source.url}@refs/tags/${source.tag}`, digest: { gitCommit: source.commit } },
          { uri: "file:package-lock.json", digest: { sha256: digestOf("package-lock.json") } },
        ],
      },
      runDetails: { builder: { id: builder } },
    },
  };
}
