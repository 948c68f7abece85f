import type { Flag, Place } from "./tree.ts";
import { quoted, stepsOf, valuedFlags } from "./words.ts";

/** The completion for bash, of 3.2 and later: what can be typed is looked up in it, and nothing is run. */
export function bashScript(places: readonly Place[]): string {
  return `# Completion of irsa for bash: source <(irsa completion bash)
_irsa() {
  local at='' word previous=\${COMP_WORDS[COMP_CWORD - 1]} current=\${COMP_WORDS[COMP_CWORD]} i
  COMPREPLY=()
  # Of --output=json bash makes three words.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
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
      ${place.takesFiles ? `if [[ $current == -* ]]; then ${reply}; else _irsa_files "$current"; fi` : reply}
      ;;`;
}

function valueLine({ names, value }: Flag): string {
  const reply =
    value === "file"
      ? '_irsa_files "$current"; '
      : typeof value === "string"
        ? ""
        : `COMPREPLY=($(compgen -W ${quoted(value.join(" "))} -- "$current")); `;
  return `        ${names.join(" | ")}) ${reply}return ;;`;
}
