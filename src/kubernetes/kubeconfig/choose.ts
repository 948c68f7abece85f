import { Failure, type Fact, type FailureDetail } from "../../model/failure.ts";
import { nearest } from "../../model/nearest.ts";
import type { ClusterEntry, ContextEntry, Kubeconfig, UserEntry } from "./entries.ts";

/** A context with what it names. */
export interface ChosenContext {
  readonly context: ContextEntry;
  readonly cluster: ClusterEntry;
  readonly user: UserEntry;
}

/**
 * The context of that name, or else the current one, with its cluster and its user.
 * @throws Failure `no-context` where there is no such context, `kubeconfig` where it leads nowhere
 */
export function chooseContext(config: Kubeconfig, name: string | undefined): ChosenContext {
  const context = contextNamed(config, name);
  return {
    context,
    cluster: entryOf(config.clusters, "cluster", context),
    user: entryOf(config.users, "user", context),
  };
}

function contextNamed(config: Kubeconfig, name: string | undefined): ContextEntry {
  const { contexts, currentContext } = config;
  if (name !== undefined) {
    const found = contexts.get(name);
    if (found !== undefined) return found;
    throw noContext(`--context '${name}' not found in the kubeconfig`, otherContexts(config, name));
  }
  if (currentContext === undefined) throw noCurrentContext(config);
  const found = contexts.get(currentContext.name);
  if (found !== undefined) return found;
  throw noContext(
    `the kubeconfig has no context '${currentContext.name}', which is its current-context`,
    otherContexts(config, currentContext.name),
    [["current-context", `is set in ${currentContext.file}`]],
  );
}

function noCurrentContext(config: Kubeconfig): Failure {
  const { files, missing, byVariable, contexts } = config;
  if (files.length === 0) {
    const where = missing.join(", ");
    return byVariable
      ? noContext("no file in KUBECONFIG exists", undefined, [["KUBECONFIG", where]])
      : noContext(`kubeconfig '${where}' does not exist`);
  }
  const facts: Fact[] = [["kubeconfig", files.join(", ")]];
  if (contexts.size === 0) return noContext("the kubeconfig has no contexts", undefined, facts);
  const advice = `Choose one with --context: ${namesOf(config)}`;
  return noContext("the kubeconfig has no current context", advice, facts);
}

function otherContexts(config: Kubeconfig, name: string): string {
  if (config.contexts.size === 0) return "The kubeconfig has no contexts";
  const meant = nearest(name, [...config.contexts.keys()]);
  const all = `It has: ${namesOf(config)}`;
  return meant === undefined ? all : `Did you mean '${meant}'? ${all}`;
}

/** Of a fleet's kubeconfig as many as fit into some lines. */
const MOST_NAMES = 20;

function namesOf({ contexts }: Kubeconfig): string {
  const names = [...contexts.keys()];
  const more = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

function entryOf<T>(entries: ReadonlyMap<string, T>, kind: "cluster" | "user", context: ContextEntry): T {
  const { name, file, [kind]: wanted } = context;
  if (wanted === "")
    throw broken(`the context '${name}' of the kubeconfig has no ${kind}`, [["context", `is in ${file}`]]);
  const found = entries.get(wanted);
  if (found !== undefined) return found;
  const meant = nearest(wanted, [...entries.keys()]);
  throw broken(`the kubeconfig has no ${kind} '${wanted}', which its context '${name}' names`, [
    ["context", `is in ${file}`],
    ...(meant === undefined ? [] : [[`similar ${kind}`, meant] as const]),
  ]);
}

function broken(message: string, facts: readonly Fact[]): Failure {
  return new Failure("input", "kubeconfig", message, { facts });
}

function noContext(message: string, advice?: string, facts?: readonly Fact[]): Failure {
  const detail: FailureDetail = {
    ...(advice !== undefined && { advice }),
    ...(facts !== undefined && { facts }),
  };
  return new Failure("input", "no-context", message, detail);
}
