import { isLiveValue, type Flag, type Place } from "./tree.ts";
import { quoted, stepsOf, valuedFlags } from "./words.ts";

/** The completion for zsh, with what each command and flag is for; to be sourced, or to lie in `fpath` as `_irsa`. */
export function zshScript(places: readonly Place[]): string {
  // `path` is zsh's own name for PATH.
  return `#compdef irsa
# Completion of irsa for zsh, after compinit: source <(irsa completion zsh)
_irsa() {
  local at='' word previous=\${words[CURRENT - 1]}
  local -a names
  if [[ $PREFIX == --*=* ]]; then
    previous=\${PREFIX%%=*}
    compset -P '*='
  fi
  for word in \${words[2,CURRENT - 1]}; do
    case "$at $word" in
${stepsOf(places)
  .map(({ typed, to }) => `      ${quoted(typed)}) at=${quoted(to)} ;;`)
  .join("\n")}
    esac
  done
  case $at in
${places.map(placeLines).join("\n")}
  esac
  _describe irsa names
}
# Names that others have given: as lines, which the shell does not expand, and of safe characters alone.
_irsa_live() {
  local value
  local -a values
  while IFS= read -r value; do
    case $value in
      '' | [^A-Za-z0-9_]* | *[^A-Za-z0-9_.,=@+:/-]*) ;;
      *) values+=("$value") ;;
    esac
  done < <(command irsa completion values "$1" --typed="$PREFIX" -- \${words[2,CURRENT - 1]} 2>/dev/null </dev/null)
  compadd -a values
}
if [[ $funcstack[1] == _irsa ]]; then
  _irsa "$@"
else
  compdef _irsa irsa
fi
`;
}

function placeLines(place: Place): string {
  const names = [
    ...place.commands.map(({ name, summary }) => described(name, summary)),
    ...place.words.map(quoted),
    ...place.flags.flatMap(({ names: all, summary }) => all.map((name) => described(name, summary))),
  ];
  return `    ${quoted(place.at)})
      case $previous in
${[...valuedFlags(place).map(valueLine), "        *) ;;"].join("\n")}
      esac
      ${argumentReply(place)}names=(
${names.map((name) => `        ${name}`).join("\n")}
      )
      ;;`;
}

function argumentReply({ takesFiles, live }: Place): string {
  const reply = takesFiles ? "_files" : live === undefined ? undefined : liveReply(live);
  return reply === undefined ? "" : `[[ $PREFIX == -* ]] || { ${reply}; return; }\n      `;
}

function liveReply(kind: string): string {
  return `_irsa_live ${kind}`;
}

/** What `_describe` takes: a name, a colon, and what it is for. */
function described(name: string, summary: string): string {
  return quoted(`${name}:${summary}`);
}

function valueLine({ names, value }: Flag): string {
  return `        ${names.join(" | ")}) ${valueReply(value)}; return ;;`;
}

function valueReply(value: Flag["value"]): string {
  if (isLiveValue(value)) return liveReply(value.live);
  if (value === "file") return "_files";
  return typeof value === "string" ? "_message value" : `compadd -- ${value.join(" ")}`;
}
