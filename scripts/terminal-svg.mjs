// A terminal's text with its colors, as an SVG.

const COLUMNS = 104;
const CELL = { width: 7.8, height: 17 };
const MARGIN = 16;
const COLOURS = { 31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 36: "#79c0ff" };
const BACKGROUND = "#0d1117";
const FOREGROUND = "#e6edf3";

/** @param {string} text with ANSI's SGR sequences */
export function terminalSvg(text) {
  const lines = text
    .replace(/\n$/, "")
    .split("\n")
    .flatMap((line) => wrapped(spans(line)));
  const width = Math.ceil(COLUMNS * CELL.width + 2 * MARGIN);
  const height = lines.length * CELL.height + 2 * MARGIN;
  const rows = lines.map((line, at) => row(line, MARGIN + (at + 1) * CELL.height - 4));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="${FOREGROUND}">
${rows.filter((one) => one !== "").join("\n")}
</g>
</svg>
`;
}

/** A line's stretches of one style, `{ text, style }`. */
function spans(line) {
  const found = [];
  let style = {};
  for (const sequence of `0m${line}`.split("\u001B[")) {
    const [, codes, text] = /^([\d;]*)m(.*)$/.exec(sequence);
    for (const code of codes.split(";").map(Number)) style = styled(style, code);
    if (text !== "") found.push({ text, style });
  }
  return found;
}

function styled(style, code) {
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, color: undefined };
  if (code in COLOURS) return { ...style, color: COLOURS[code] };
  throw new Error(`a color that is not known here: ${code}`);
}

/** Lines as a terminal of that width breaks them. */
function wrapped(line) {
  const lines = [[]];
  let column = 0;
  for (const { text, style } of line) {
    for (let rest = text; rest !== "";) {
      if (column === COLUMNS) {
        lines.push([]);
        column = 0;
      }
      const part = rest.slice(0, COLUMNS - column);
      lines.at(-1).push({ text: part, style });
      column += part.length;
      rest = rest.slice(part.length);
    }
  }
  return lines;
}

/** Stretches without spaces side by side: viewers differ in what they make of those, so each stands at a place of its own. */
function row(line, y) {
  let column = 0;
  const parts = [];
  for (const { text, style } of line) {
    for (const piece of text.split(/( {2,}|^ | $)/)) {
      if (piece.trim() !== "") parts.push(cells(piece, style, column, y));
      column += piece.length;
    }
  }
  return parts.join("");
}

function cells(text, { bold, dim, color }, column, y) {
  const x = (MARGIN + column * CELL.width).toFixed(1);
  const attributes = [
    `x="${x}" y="${y}" textLength="${(text.length * CELL.width).toFixed(1)}"`,
    ...(bold ? ['font-weight="bold"'] : []),
    ...(dim ? ['opacity="0.6"'] : []),
    ...(color === undefined ? [] : [`fill="${color}"`]),
  ];
  return `<text ${attributes.join(" ")}>${escaped(text)}</text>`;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
