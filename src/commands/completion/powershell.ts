import { isLiveValue, type Flag, type Place } from "./tree.ts";
import { stepsOf, valuedFlags } from "./words.ts";

/** The completion for PowerShell, of 5.1 and later, with what each command and flag is for. */
export function powershellScript(places: readonly Place[]): string {
  return `# Completion of irsa for PowerShell: irsa completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName 'irsa' -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $current = $wordToComplete
  $prefix = ''
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
    ForEach-Object { $_.Extent.Text })
  $previous = if ($words.Count -gt 0) { $words[-1] } else { '' }
  if ($current -cmatch '^(--[^=]+)=(.*)$') {
    $previous = $Matches[1]
    $current = $Matches[2]
    $prefix = $previous + '='
  }
  $offer = {
    param($text, $summary)
    if (-not $text.StartsWith($current, [System.StringComparison]::Ordinal)) { return }
    # A comma makes a list of a word, and an at sign a variable.
    $word = if ($text -cmatch '[,@=]') { '''' + $prefix + $text + '''' } else { $prefix + $text }
    [System.Management.Automation.CompletionResult]::new($word, $text, 'ParameterValue', $summary)
  }
  # Names that others have given: as lines, which the shell does not expand, and of safe characters alone.
  $live = {
    param($kind)
    $irsa = Get-Command -Name 'irsa' -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($null -eq $irsa) { return }
    & $irsa completion values $kind ('--typed=' + $current) -- @words 2>$null |
      Where-Object { $_ -cmatch '\\A[A-Za-z0-9_][A-Za-z0-9_.,=@+:/-]*\\z' } |
      ForEach-Object { & $offer $_ $_ }
  }
  $at = ''
  foreach ($word in $words) {
    switch -CaseSensitive -Exact (($at + ' ' + $word)) {
${stepsOf(places)
  .map(({ typed, to }) => `      ${psWord(typed)} { $at = ${psWord(to)}; break }`)
  .join("\n")}
    }
  }
  switch -CaseSensitive -Exact ($at) {
${places.map(placeLines).join("\n")}
  }
}
`;
}

function placeLines(place: Place): string {
  const { at, commands, words, flags, takesFiles, live } = place;
  const names = [
    ...commands.map(({ name, summary }) => offer(name, summary)),
    ...words.map((word) => offer(word, word)),
    ...flags.flatMap((flag) => flag.names.map((name) => offer(name, flag.summary))),
  ];
  // Where nothing is offered PowerShell itself offers files.
  const argument = takesFiles ? "return" : live === undefined ? undefined : liveReply(live);
  return [
    `    ${psWord(at)} {`,
    ...valueSwitch(place),
    ...(argument === undefined ? [] : [`      if (-not $current.StartsWith('-')) { ${argument}; return }`]),
    ...names.map((name) => `      ${name}`),
    "      break",
    "    }",
  ].join("\n");
}

/** PowerShell does not take a switch without a clause. */
function valueSwitch(place: Place): string[] {
  const lines = valuedFlags(place).flatMap(valueLines);
  return lines.length === 0 ? [] : ["      switch -CaseSensitive -Exact ($previous) {", ...lines, "      }"];
}

/** A clause for each: PowerShell has no pattern of several words. */
function valueLines({ names, value }: Flag): string[] {
  return names.map((name) => `        ${psWord(name)} { ${[...valueReply(value), "return"].join("; ")} }`);
}

function valueReply(value: Flag["value"]): string[] {
  if (isLiveValue(value)) return [liveReply(value.live)];
  return typeof value === "string" ? [] : value.map((word) => offer(word, word));
}

function liveReply(kind: string): string {
  return `& $live ${psWord(kind)}`;
}

/** A tooltip must have something in it. */
function offer(name: string, summary: string): string {
  return `& $offer ${psWord(name)} ${psWord(summary === "" ? name : summary)}`;
}

/**
 * A text as one word of PowerShell, in which nothing is expanded. It takes typographic quotes for quotes too.
 * Source: about_Quoting_Rules; CharTraits.IsSingleQuote of PowerShell's parser.
 */
function psWord(text: string): string {
  return `'${text.replaceAll(/['\u2018-\u201B]/g, "$&$&")}'`;
}
