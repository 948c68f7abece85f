/** An exit code, or several with one meaning, in Markdown; docs/exit-codes.md has the same. */
export interface ExitCodeText {
  readonly codes: readonly string[];
  readonly title: string;
  readonly meaning: string;
}

/** What each exit code of irsa means. */
export const EXIT_CODE_TEXTS: readonly ExitCodeText[] = [
  { codes: ["0"], title: "success", meaning: "done, nothing to do, or the plan was shown" },
  {
    codes: ["1"],
    title: "failed or refused",
    meaning:
      "failed or refused: a guard, a conflict, a quota, a declined prompt, a token that STS refused or did not accept in time, a ServiceAccount requested from `get-sa` by name that does not exist or has no role (0 with `--ignore-not-found`)",
  },
  {
    codes: ["2"],
    title: "invalid input",
    meaning:
      "a flag, file or value is invalid, or a dependency file that `sdk-check` supports was not read; or the cluster, AWS account or region found is not the one requested. No changes were made",
  },
  {
    codes: ["3"],
    title: "findings",
    meaning:
      "findings: changes to make (`--exit-code`), drift (`plan --detect-drift`, `get-sa --exit-code`), a broken chain (`verify`), stale pods (`stale-pods`), an SDK that is too old (`sdk-check`; with `--strict` also one whose version is unknown), failed checks (`doctor`), a role with an outdated policy (`policies --outdated`), new findings at or above `--fail-on` (`audit`)",
  },
  {
    codes: ["4"],
    title: "access denied",
    meaning:
      "access denied by AWS or the cluster; the exact action is reported. `verify` too, if it was denied reading the cluster, the ServiceAccount, or both the provider and the role (1 if reading failed for another reason); one unknown link is *unproven* and 0",
  },
  {
    codes: ["130", "143", "129"],
    title: "interrupted by a signal",
    meaning: "interrupted by SIGINT (Ctrl-C), SIGTERM, SIGHUP (the terminal was closed)",
  },
  {
    codes: ["141"],
    title: "interrupted because nobody reads the output",
    meaning:
      "interrupted because the reader of stdout or stderr is gone (a closed pipe, as in `irsa audit | head`)",
  },
];
