/** The flags of an unfinished command line that say where to look. */
export interface TypedFlags {
  readonly cluster?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
}

const NAMES: Readonly<Record<string, keyof TypedFlags>> = {
  "-c": "cluster",
  "--cluster": "cluster",
  "-r": "region",
  "--region": "region",
  "-p": "profile",
  "--profile": "profile",
  "-n": "namespace",
  "--namespace": "namespace",
  "--kubeconfig": "kubeconfig",
  "--context": "context",
};

/**
 * What the words of a command line say, as far as it has been typed; of a flag that is given twice, the last. A word that a
 * shell has not expanded yet stands for itself, but for quotes around it.
 */
export function typedFlags(words: readonly string[]): TypedFlags {
  const flags: Partial<Record<keyof TypedFlags, string>> = {};
  for (let at = 0; at < words.length; at += 1) {
    const [name, together] = apart(words[at] ?? "");
    const key = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
    if (key === undefined) continue;
    if (together === undefined) at += 1;
    const value = unquoted(together ?? words[at] ?? "");
    if (value !== "") flags[key] = value;
  }
  return flags;
}

/** A flag, and the value that is in the same word. */
function apart(word: string): readonly [name: string, together: string | undefined] {
  const [, long, behind, short = "", rest = ""] = /^(?:(--[\w-]+)(?:=(.*))?|(-\w)=?(.*))$/s.exec(word) ?? [];
  if (long !== undefined) return [long, behind];
  return [short, rest === "" ? undefined : rest];
}

/** What is behind `--flag=`, where the shell gives the word as a whole. */
export function typedValue(word: string): string {
  return word.replace(/^--[\w-]+=/, "").replace(/^["']/, "");
}

function unquoted(word: string): string {
  return word.replace(/^(["'])(.*)\1$/s, "$2");
}
