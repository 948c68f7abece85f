import { createHash } from "node:crypto";
import type { AccessGraph } from "../model/access-graph.ts";
import { pack } from "../page/data/packed-graph.ts";
import { jsonText } from "./json.ts";
import { TextBlock } from "./text-block.ts";
import { PAGE_NOTICES, PAGE_SCRIPT, PAGE_STYLE } from "./page-parts.ts";

/**
 * The picture of a graph as one HTML file, which needs no network and can't reach one: it carries its data, its own
 * script and style are all that its Content Security Policy lets run.
 */
export function graphHtml(graph: AccessGraph): TextBlock {
  return TextBlock.written(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>Analyze access – AWS account ${escaped(graph.awsAccount)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<a class="skip" id="skip" href="#findings">Skip to the findings</a>
<header id="head"></header>
<p id="status" class="unseen" role="status"></p>
<main>
<noscript><p>This page draws what it carries by its own script; the browser does not run it.</p></noscript>
<section id="stage" aria-label="picture"></section>
<section id="detail" aria-labelledby="detail-heading" hidden></section>
<section id="findings" aria-labelledby="findings-heading"></section>
</main>
<footer><p>Made by irsa, off line: nothing is sent or fetched.</p>
<details><summary>Licenses of what is in this page</summary><pre tabindex="0">${escaped(PAGE_NOTICES)}</pre></details></footer>
<script type="application/json" id="data">${inScript(jsonText(pack(graph), 0))}</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`);
}

/** Nothing but this one script and this one style: no inline handlers, no eval, no request, no base, no form, no markup from text. */
function policy(): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(PAGE_SCRIPT)}'`,
    `style-src '${hashOf(PAGE_STYLE)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** JSON that can't end the element that it stands in, nor begin a comment there, whatever names are in it. */
function inScript(json: string): string {
  return json.replaceAll(
    /[<>\u2028\u2029]/g,
    (found) => String.raw`\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
