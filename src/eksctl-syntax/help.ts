/** eksctl's commands for IRSA and Pod Identity, by what irsa calls them. */
const OWN: Readonly<Record<string, string>> = {
  "utils associate-iam-oidc-provider": "associate-oidc",
  "utils migrate-to-pod-identity": "migrate-pod-identity",
  "create iamserviceaccount": "create-sa",
  "get iamserviceaccount": "get-sa",
  "get iamserviceaccounts": "get-sa",
  "update iamserviceaccount": "update-sa",
  "delete iamserviceaccount": "delete-sa",
  "create podidentityassociation": "create-sa",
  "get podidentityassociation": "get-sa",
  "get podidentityassociations": "get-sa",
  "update podidentityassociation": "create-sa",
  "delete podidentityassociation": "delete-sa",
};

/** What help was asked for in eksctl syntax: of a command, by irsa's own name, or of a verb alone. */
export type EksctlHelp =
  | { readonly command: string; readonly line: string }
  | { readonly command: undefined; readonly lines: readonly string[] };

/** The help that a command line in eksctl syntax asks for; `undefined` where it asks for none. */
export function eksctlHelp(args: readonly string[]): EksctlHelp | undefined {
  const end = args.indexOf("--");
  const own = end === -1 ? args : args.slice(0, end);
  if (args.length !== 1 && !own.some((word) => word === "--help" || word === "-h")) return undefined;
  const [verb = "", noun] = own.filter((word) => !word.startsWith("-"));
  const command = Object.hasOwn(OWN, `${verb} ${noun}`) ? OWN[`${verb} ${noun}`] : undefined;
  if (command !== undefined) return { command, line: `eksctl syntax; the irsa command is: irsa ${command}` };
  const known = eksctlCommands(verb);
  const widest = Math.max(...known.map(([words]) => words.length));
  if (noun !== undefined || known.length === 0) return undefined;
  return {
    command: undefined,
    lines: [
      "eksctl syntax, and irsa's own command for it:",
      "",
      ...known.map(([words, name]) => `  irsa ${words.padEnd(widest)}  ->  irsa ${name}`),
      "",
      "Flags are eksctl's; irsa COMMAND --help shows irsa's own.",
    ],
  };
}

/** What follows a verb of eksctl's, by what irsa calls it; plurals are left out. */
export function eksctlCommands(verb: string): readonly (readonly [words: string, command: string])[] {
  return Object.entries(OWN).filter(([words]) => words.startsWith(`${verb} `) && !words.endsWith("s"));
}
