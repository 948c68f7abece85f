// Builds the packages of irsa into packed/: node scripts/packages.mjs [--out FOLDER] [--target OS-ARCH]... [--image]
import { runTypeScript } from "./run-typescript.mjs";

await runTypeScript("scripts/packages/main.ts");
