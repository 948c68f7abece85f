import { OTHER, TRY, type Entry } from "./command-entry.ts";

/** The commands under the last headings of the help, apart so that `command-list.ts` is no longer than a file may be. */
export const OTHER_COMMANDS: readonly Entry[] = [
  {
    name: "demo",
    group: TRY,
    summary: "walk through IRSA on an emulated cluster and AWS account in ten seconds",
    writes: false,
    load: async (context) => (await import("./commands/demo/command.ts")).demo(context),
  },
  {
    name: "sandbox",
    group: TRY,
    summary: "run an emulated EKS cluster and AWS account on this machine",
    writes: false,
    load: async (context) => (await import("./commands/sandbox/command.ts")).sandbox(context),
  },
  {
    name: "completion",
    group: OTHER,
    summary: "print a completion script for bash, zsh, fish or PowerShell",
    writes: false,
    load: async (context, whole) =>
      (await import("./commands/completion/command.ts")).completion(context, whole),
  },
  {
    name: "version",
    group: OTHER,
    summary: "print the version",
    writes: false,
    load: async (context) => (await import("./commands/version/command.ts")).version(context),
  },
];
