import { setFlagsFromString } from "node:v8";

/**
 * A third of the processor's time in a run of two seconds was V8 optimizing what was about to end. Node 20's V8 waits
 * four times as long from here on; later ones try a cheaper compiler first, and have no such flag.
 */
export function optimizeLess(): void {
  if (process.versions.v8.startsWith("11.")) setFlagsFromString("--interrupt-budget=500000");
}
