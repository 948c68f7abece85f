import { isLiveValue, type Flag, type Place } from "./tree.ts";
import { stepsOf } from "./words.ts";

/** The completion for fish, with what each command and flag is for. */
export function fishScript(places: readonly Place[]): string {
  return `# Completion of irsa for fish: irsa completion fish | source
function __irsa_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    switch "$at $word"
${stepsOf(places)
  .flatMap(({ typed, to }) => [`      case ${fishWord(typed)}`, `        set at ${fishWord(to)}`])
  .join("\n")}
    end
  end
  test "$at" = "$argv[1]"
end
# Names that others have given, of safe characters alone.
function __irsa_live
  set -l words (commandline -opc)
  set -l typed (commandline -ct)
  command irsa completion values $argv[1] --typed="$typed" -- $words[2..-1] 2>/dev/null </dev/null \\
    | string match -r '^[A-Za-z0-9_][A-Za-z0-9_.,=@+:/-]*$'
end
complete -c irsa -f
${places.flatMap(placeLines).join("\n")}
`;
}

function placeLines({ at, commands, words, flags, takesFiles, live }: Place): string[] {
  const here = `complete -c irsa -n ${fishWord(`__irsa_at ${fishWord(at)}`)}`;
  return [
    ...commands.map(({ name, summary }) => `${here} -a ${name} -d ${fishWord(summary)}`),
    ...(takesFiles ? [`${here} -F`] : []),
    ...(live === undefined ? [] : [`${here} -a ${fishWord(liveReply(live))}`]),
    ...words.map((word) => `${here} -a ${fishWord(word)}`),
    ...flags.map((flag) => `${here} ${flagWords(flag)} -d ${fishWord(flag.summary)}`),
  ];
}

function flagWords({ names, value }: Flag): string {
  const spelt = names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  return [...spelt, ...valueWords(value)].join(" ");
}

function valueWords(value: Flag["value"]): string[] {
  if (isLiveValue(value)) return [`-x -a ${fishWord(liveReply(value.live))}`];
  if (value === "none") return [];
  if (value === "file") return ["-r -F"];
  return value === "any" ? ["-x"] : [`-x -a ${fishWord(value.join(" "))}`];
}

function liveReply(kind: string): string {
  return `(__irsa_live ${kind})`;
}

/** In fish's single quotes a backslash stands for itself but before a quote or a backslash. */
function fishWord(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
