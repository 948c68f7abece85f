import { describe, expect, it } from "vitest";
import { eksctlHelp } from "../../src/eksctl-syntax/help.ts";
import { translateEksctl } from "../../src/eksctl-syntax/translate.ts";

describe("help in eksctl syntax", () => {
  it.each([
    ["create iamserviceaccount --help", "create-sa"],
    ["create iamserviceaccount --cluster blue -h", "create-sa"],
    ["get iamserviceaccounts --help", "get-sa"],
    ["update iamserviceaccount -h", "update-sa"],
    ["delete iamserviceaccount --help", "delete-sa"],
    ["create podidentityassociation --help", "create-sa"],
    ["get podidentityassociations --help", "get-sa"],
    ["update podidentityassociation --help", "create-sa"],
    ["delete podidentityassociation -h", "delete-sa"],
    ["utils associate-iam-oidc-provider --help", "associate-oidc"],
    ["utils migrate-to-pod-identity --help", "migrate-pod-identity"],
  ])("'irsa %s' is that of %s", (line, command) => {
    expect(eksctlHelp(line.split(" "))).toMatchObject({ command });
    // The same command as without it: where that needs no flags, it is translated to it.
    const words = line.split(" ").slice(0, 2);
    const flags = words[0] === "get" ? ["--cluster", "c"] : ["--cluster", "c", "--name", "n"];
    const isOfAssociation = words[1]?.startsWith("podidentity") === true;
    const role = isOfAssociation
      ? ["--role-arn", "arn:aws:iam::111122223333:role/r"]
      : ["--attach-policy-arn", "arn:aws:iam::aws:policy/X"];
    const more = words[0] === "update" ? role : [];
    const one = isOfAssociation
      ? ["--cluster", "c", "--namespace", "n", "--service-account-name", "a"]
      : flags;
    const own = words[0] === "utils" ? ["--cluster", "c"] : [...one, ...more];
    expect(translateEksctl([...words, ...own], false)?.args[0]).toBe(command);
  });

  it.each(["utils", "create", "get", "update", "delete"])("'irsa %s' lists what it knows", (verb) => {
    const help = eksctlHelp([verb]);
    expect(eksctlHelp([verb, "--help"])).toEqual(help);
    const lines = help !== undefined && help.command === undefined ? help.lines : [];
    expect(lines.join("\n")).toMatch(new RegExp(`^  irsa ${verb} [\\w-]+  *  ->  irsa [\\w-]+$`, "m"));
  });

  it.each(["create iamserviceaccount --name x", "create nodegroup --help", "create -- --help", "get x"])(
    "'irsa %s' asks for none that is known",
    (line) => expect(eksctlHelp(line.split(" "))).toBeUndefined(),
  );
});
