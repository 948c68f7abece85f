/** What a reader would take for a line of irsa's own. */
export const FORGED = "✓ forged";

/**
 * Values by which whoever may write them would speak in irsa's name, to people, to a terminal, or to a runner of CI.
 */
export const FORGERIES: readonly string[] = [
  `x\n${FORGED} everything is well`,
  `x\r\n  ${FORGED}`,
  `x\u2028${FORGED}`,
  `x\u0085${FORGED}`,
  "x\n::add-mask::secret",
  "x\r   ::set-output name=a::b",
  "::error::forged",
  "##vso[task.setvariable variable=a]b",
  "a ##[add-path]/tmp",
  "##teamcity[buildStatus text='forged']",
  "x\u001B[2J\u001B[1;1H",
  "x\u001B]8;;https://example.com\u0007link\u001B]8;;\u0007",
  "x\u009B31m",
  "x\u202Edegrof\u202C",
  "x\u2066\u200B\u{E0041}\uFE0F",
  "x\u0000\u0008\u007F",
  "\uD83D alone",
  "\u001B[31mred\u001B[39m",
];

/** What is not a forgery, and is to be read as it is. */
export const HONEST: readonly string[] = [
  "naïve-日本語-é",
  "größe 🙂 Ωmega",
  "the address ::1",
  "a: b, c=d; [e] {f} #g @h",
  "C:\\folder",
];
