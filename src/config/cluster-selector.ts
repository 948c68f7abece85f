import type { ClusterRef } from "../model/arn.ts";
import { invalid, valid, type Parsed, type Problems } from "../model/problems.ts";
import { nearest } from "../model/nearest.ts";
import { AWS_ACCOUNT_ANNOTATION } from "./cluster-config.ts";
import { placeText, type Place } from "./place.ts";
import { childOf, textOf, type Tree } from "./tree.ts";

/** Which clusters a ClusterConfig is for: those that have all that its `metadata` names. */
export interface ConfigSelector {
  readonly name?: string;
  readonly region?: string;
  readonly awsAccount?: string;
  /** Where it is written. */
  readonly at: Place;
}

const FIELDS = ["name", "region", "awsAccount"] as const;

/** The selector of a document; an AWS account that is not one is noted. */
export function readSelector(document: Tree, problems: Problems): ConfigSelector {
  const metadata = childOf(document, "metadata");
  const annotations = childOf(metadata, "annotations");
  const annotation = childOf(annotations, AWS_ACCOUNT_ANNOTATION);
  noteOtherAnnotations(annotations, problems);
  const [name, region] = [textOf(childOf(metadata, "name")), textOf(childOf(metadata, "region"))];
  const awsAccount =
    annotation && problems.maybe(placeText(annotation.at), textOf(annotation), parseAwsAccount);
  return {
    ...(name !== undefined && { name }),
    ...(region !== undefined && { region }),
    ...(awsAccount !== undefined && { awsAccount }),
    at: (metadata ?? document).at,
  };
}

/** Notes what is there without a value: a template's variable that is not set must not select every cluster. */
export function noteEmpty(document: Tree, problems: Problems): void {
  const metadata = childOf(document, "metadata");
  const all: readonly (readonly [Tree | undefined, string, string])[] = [
    [document, "", "metadata"],
    ...["name", "region", "annotations"].map((field) => [metadata, "metadata.", field] as const),
    [childOf(metadata, "annotations"), "metadata.annotations.", AWS_ACCOUNT_ANNOTATION],
  ];
  for (const [tree, path, field] of all) {
    const entry = tree?.kind === "map" ? tree.entries.find(({ key }) => key === field) : undefined;
    if (entry?.value.kind === "scalar" && (entry.value.value ?? "") === "")
      problems.note(
        placeText(entry.keyAt),
        "",
        `${path}${field} has no value: set it, or leave out the field`,
      );
  }
}

/** One that is mistyped would select too much. */
function noteOtherAnnotations(annotations: Tree | undefined, problems: Problems): void {
  if (annotations?.kind !== "map") return;
  for (const { key, keyAt } of annotations.entries)
    if (key !== AWS_ACCOUNT_ANNOTATION && isMeant(key))
      problems.note(
        placeText(keyAt),
        key,
        `is not an annotation of irsa; did you mean '${AWS_ACCOUNT_ANNOTATION}'?`,
      );
}

function isMeant(key: string): boolean {
  return /^irsa\//i.test(key) || nearest(key, [AWS_ACCOUNT_ANNOTATION]) !== undefined;
}

/** True for a cluster, or a selector, that is among what the selector selects. */
export function selects(
  selector: ConfigSelector,
  one: Partial<Pick<ClusterRef, (typeof FIELDS)[number]>>,
): boolean {
  return FIELDS.every((field) => selector[field] === undefined || selector[field] === one[field]);
}

/** True for what may be among what the selector selects: of a cluster that can't be read, not everything is known. */
export function mayInclude(selector: ConfigSelector, one: Parameters<typeof selects>[1]): boolean {
  return FIELDS.every(
    (field) => selector[field] === undefined || one[field] === undefined || selector[field] === one[field],
  );
}

/** What it selects, in words. */
export function selectorText({ name, region, awsAccount }: ConfigSelector): string {
  const parts = [
    name ?? "every cluster",
    ...(region === undefined ? [] : [`in ${region}`]),
    ...(awsAccount === undefined ? [] : [`of AWS account ${awsAccount}`]),
  ];
  return parts.join(" ");
}

function parseAwsAccount(text: string): Parsed<string> {
  return /^\d{12}$/.test(text)
    ? valid(text)
    : invalid("is not a valid AWS account ID; use 12 digits, in quotes");
}
