import { isLiveValue, type Flag, type Place } from "./tree.ts";
import { quoted, stepsOf, valuedFlags } from "./words.ts";

/**
 * The completion for bash, of 3.2 and later: what can be typed is looked up in it. Only names of the APIs are asked of irsa,
 * the one in PATH, whatever the command line calls.
 */
export function bashScript(places: readonly Place[]): string {
  return `# Completion of irsa for bash: source <(irsa completion bash)
_irsa() {
  local at='' current=\${COMP_WORDS[COMP_CWORD]} first=$COMP_CWORD previous i
  COMPREPLY=()
  # Of an ARN bash makes a word for each part and for each colon, of --output=json three words.
  while ((first > 1)) && [[ \${COMP_WORDS[first]} == :* || \${COMP_WORDS[first - 1]} == *: ]]; do
    first=$((first - 1))
    current=\${COMP_WORDS[first]}$current
  done
  previous=\${COMP_WORDS[first - 1]}
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]]; then
    previous=\${COMP_WORDS[first - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
${stepsOf(places).map(stepLine).join("\n")}
    esac
  done
  case $at in
${places.map(placeLines).join("\n")}
  esac
}
_irsa_files() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$1"))
  compopt -o filenames 2>/dev/null
}
# Names that others have given: as lines, which the shell does not expand, and of safe characters alone.
_irsa_live() {
  local LC_ALL=C line=\${COMP_LINE:0:COMP_POINT} words values value cut=''
  # What readline keeps of a word with a colon.
  [[ $COMP_WORDBREAKS == *:* && $2 == *:* ]] && cut=\${2%"\${2##*:}"}
  IFS=$' \\t' read -r -a words <<< "\${line%"\${line##*[[:blank:]]}"}"
  values=$(command irsa completion values "$1" --typed="$2" -- "\${words[@]:1}" 2>/dev/null </dev/null)
  while IFS= read -r value; do
    case $value in
      '' | [!A-Za-z0-9_]* | *[!A-Za-z0-9_.,=@+:/-]*) ;;
      *) COMPREPLY[\${#COMPREPLY[@]}]=\${value#"$cut"} ;;
    esac
  done <<< "$values"
}
complete -F _irsa irsa
`;
}

function stepLine({ typed, to }: { readonly typed: string; readonly to: string }): string {
  return `      ${quoted(typed)}) at=${quoted(to)} ;;`;
}

function placeLines(place: Place): string {
  const names = [
    ...place.commands.map(({ name }) => name),
    ...place.words,
    ...place.flags.flatMap((flag) => flag.names),
  ];
  const reply = `COMPREPLY=($(compgen -W ${quoted(names.join(" "))} -- "$current"))`;
  return `    ${quoted(place.at)})
      case $previous in
${[...valuedFlags(place).map(valueLine), "        *) ;;"].join("\n")}
      esac
      ${argumentReply(place, reply)}
      ;;`;
}

function argumentReply({ takesFiles, live }: Place, reply: string): string {
  const files = takesFiles ? ['_irsa_files "$current"'] : [];
  const names = live === undefined ? [] : [liveReply(live)];
  const [argument] = [...files, ...names];
  return argument === undefined ? reply : `if [[ $current == -* ]]; then ${reply}; else ${argument}; fi`;
}

function liveReply(kind: string): string {
  return `_irsa_live ${kind} "$current"`;
}

function valueLine({ names, value }: Flag): string {
  return `        ${names.join(" | ")}) ${valueReply(value)}return ;;`;
}

function valueReply(value: Flag["value"]): string {
  if (isLiveValue(value)) return `${liveReply(value.live)}; `;
  if (value === "file") return '_irsa_files "$current"; ';
  return typeof value === "string"
    ? ""
    : `COMPREPLY=($(compgen -W ${quoted(value.join(" "))} -- "$current")); `;
}
