import type { Command } from "commander";
import { TextBlock } from "../../output/text-block.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { powershellScript } from "./powershell.ts";
import type { Shell } from "./shells.ts";
import { placesOf, withoutLive, type Place } from "./tree.ts";
import { zshScript } from "./zsh.ts";

const WRITERS: Readonly<Record<Shell, (places: readonly Place[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

/** A shell's script for the whole program. @param live whether names of the APIs are completed too */
export function scriptOf(shell: Shell, program: Command, live: boolean): TextBlock {
  const places = placesOf(program);
  return TextBlock.verbatim(WRITERS[shell](live ? places : places.map(withoutLive)));
}
