// Builds the documentation site into site/: node scripts/docs-site.mjs [--out FOLDER] [--base /PATH/]
import { runTypeScript } from "./run-typescript.mjs";

await runTypeScript("scripts/docs-site/main.ts");
