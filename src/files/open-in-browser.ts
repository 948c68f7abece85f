import { spawn } from "node:child_process";
import { Failure } from "../model/failure.ts";

/** The program that opens a file with what the user reads such files with, and what comes before the file's name. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  // Of the two ways without a shell the one that says whether it worked.
  win32: ["rundll32.exe", "url.dll,FileProtocolHandler"],
};
const ELSEWHERE = ["xdg-open"] as const;

/** Some openers stay as long as the browser does: after so many milliseconds it is taken to be open. */
const PATIENCE = 3000;

/**
 * Opens a file in the user's browser: no shell sees its name.
 * @throws Failure `not-opened`
 */
export async function openInBrowser(path: string, platform = process.platform): Promise<void> {
  const [program, ...before] = OPENERS[platform] ?? ELSEWHERE;
  const problem = await new Promise<string | undefined>((resolve) => {
    const child = spawn(program, [...before, path], { stdio: "ignore", detached: true });
    const opened = setTimeout(() => resolve(undefined), PATIENCE);
    const end = (why: string | undefined): void => {
      clearTimeout(opened);
      resolve(why);
    };
    child.once("error", (error) => end(error.message));
    child.once("exit", (code) =>
      end(code === 0 ? undefined : `${program} exited with ${code ?? "a signal"}`),
    );
    child.unref();
  });
  if (problem === undefined) return;
  throw new Failure("failed", "not-opened", `'${path}' can't be opened: ${problem}`, {
    advice: "The file was written; open it in a browser",
  });
}
