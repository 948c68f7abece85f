import type { ClusterRef } from "../model/arn.ts";
import { grouped } from "../model/grouped.ts";
import { Problems } from "../model/problems.ts";
import { CLUSTER_CONFIG_OF_TARGETS } from "./cluster-config.ts";
import {
  mayInclude,
  noteEmpty,
  readSelector,
  selects,
  selectorText,
  type ConfigSelector,
} from "./cluster-selector.ts";
import {
  contentsOf,
  noteInOrder,
  readDocuments,
  type ConfigDocument,
  type FileContents,
} from "./read-file.ts";
import type { Source } from "./read-yaml.ts";

/** ClusterConfigs for the clusters of targets (docs/decisions/0044-a-file-for-many-clusters.md). */
export interface ManyClustersFile {
  /** Of each document. */
  readonly selectors: readonly ConfigSelector[];
  /** True for a cluster that a document selects. */
  readonly isFor: (cluster: ClusterRef) => boolean;
  /** True for a cluster that a document may select, as far as it is known. */
  readonly mayBeFor: (cluster: Partial<ClusterRef>) => boolean;
  /**
   * What the documents that select the cluster ask for together.
   * @throws Failure of kind `input` where they contradict each other
   */
  readonly of: (cluster: ClusterRef) => FileContents;
}

interface Selecting extends ConfigDocument {
  readonly selector: ConfigSelector;
}

/** Reads eksctl ClusterConfigs, each for the clusters that its `metadata` selects; what is wrong is noted. */
export function readManyClusters(sources: readonly Source[], all: Problems): ManyClustersFile {
  const problems = new Problems();
  const documents = readDocuments(sources, CLUSTER_CONFIG_OF_TARGETS, problems).map((document) => {
    noteEmpty(document.tree, problems);
    return { ...document, selector: readSelector(document.tree, problems) };
  });
  // What comes together in a cluster is known before any cluster is, except where two selectors overlap in part.
  const groups = grouped(documents, ({ selector }) => selectorText(selector)).values();
  const found = [...groups].flatMap(([first]) =>
    first === undefined ? [] : problemsOf(documents, first.selector),
  );
  for (const { where, value, problem } of new Map(found.map((one) => [JSON.stringify(one), one])).values())
    problems.note(where, value, problem);
  noteInOrder(problems, all);
  return {
    selectors: documents.map(({ selector }) => selector),
    isFor: (cluster) => documents.some(({ selector }) => selects(selector, cluster)),
    mayBeFor: (cluster) => documents.some(({ selector }) => mayInclude(selector, cluster)),
    of: (cluster) => contentsFor(documents, cluster),
  };
}

function problemsOf(documents: readonly Selecting[], one: ConfigSelector): Problems["list"] {
  const own = new Problems();
  contentsOf(selecting(documents, one), own);
  return own.list;
}

function contentsFor(documents: readonly Selecting[], cluster: ClusterRef): FileContents {
  const problems = new Problems();
  const contents = contentsOf(selecting(documents, cluster), problems);
  problems.throwIfAny();
  return contents;
}

function selecting(
  documents: readonly Selecting[],
  one: Parameters<typeof selects>[1],
): readonly Selecting[] {
  return documents.filter(({ selector }) => selects(selector, one));
}
