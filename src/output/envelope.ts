import type { ClusterRef } from "../model/arn.ts";
import type { Failure } from "../model/failure.ts";
import { camelCase } from "./camel-case.ts";
import { clusterJson, errorJson } from "./json-forms.ts";
import { json, jsonLine } from "./json.ts";
import type { TextBlock } from "./text-block.ts";

/** The version of everything that `-o json` prints (docs/json.md). */
export const SCHEMA_VERSION = 2;

/** What is found out about a run before its answer is known. */
export interface RunIdentity {
  /** ARN of the caller, as STS reports it. */
  readonly caller: string;
  /** The same in a second AWS account, where the command was given a profile of one. */
  readonly secondCaller: string;
  readonly clusters: readonly ClusterRef[];
  readonly clusterChosenBy: string;
  /** Endpoints that are not AWS's own, by service. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly organizationFile: string;
}

/** What a command answers: its result, and beside it the plan where it may write. */
export interface AnswerParts {
  readonly plan?: object;
  readonly state?: string;
  readonly steps?: readonly object[];
  readonly result: object;
}

/** The one frame of every answer in JSON: which command ran, as whom, where, and how it ended. */
export class Envelope {
  /** The command's name. */
  readonly command: string | null;
  #takesClusters: boolean;
  #known: Partial<RunIdentity> = {};
  #isInLines = false;
  #isBegun = false;

  /**
   * @param command its name; `null` where the command line names none
   * @param takesClusters whether it takes several clusters: then they are a list
   */
  constructor(command: string | null, takesClusters: boolean) {
    this.command = command;
    this.#takesClusters = takesClusters;
  }

  /** Adds what is known by now, so that a failure from here on can say it too. */
  identify(known: Partial<RunIdentity>): void {
    this.#known = { ...this.#known, ...known };
  }

  /** The run covers as many clusters as there are: they are a list. */
  coverClusters(): void {
    this.#takesClusters = true;
  }

  /** From now on each document is one line: of a run that answers again and again, and may fail in the end. */
  writeLines(): void {
    this.#isInLines = true;
  }

  /** From now on a part of the answer is printed: a failure in JSON can't be put behind it. */
  begin(): void {
    this.#isBegun = true;
  }

  /** True where a part of the answer is printed. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** The answer of a run that came to one. */
  answer(parts: AnswerParts): TextBlock {
    return this.#written(this.document(parts));
  }

  /** The answer of a run that failed. */
  failure(failure: Failure): TextBlock {
    return this.#written(this.document({ error: errorJson(failure) }));
  }

  #written(document: object): TextBlock {
    return this.#isInLines ? jsonLine(document) : json(document);
  }

  /** What is written, whatever the format. */
  document(parts: AnswerParts | { readonly error: object }): object {
    const {
      caller = null,
      secondCaller,
      clusters = [],
      clusterChosenBy = null,
      organizationFile = null,
    } = this.#known;
    const refs = clusters.map(clusterJson);
    const overrides = Object.entries(this.#known.overrides ?? {});
    return {
      schemaVersion: SCHEMA_VERSION,
      command: this.command,
      caller,
      ...(secondCaller !== undefined && { secondCaller }),
      ...(this.#takesClusters ? { clusters: refs } : { cluster: refs[0] ?? null, clusterChosenBy }),
      endpointOverrides: Object.fromEntries(overrides.map(([service, url]) => [camelCase(service), url])),
      organizationFile,
      ...parts,
    };
  }
}
