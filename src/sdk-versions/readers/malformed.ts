/** A file that is not what its name or beginning promises; the message names the place in it. */
export class Malformed extends Error {
  constructor(problem: string, line?: number, column?: number) {
    const place =
      line === undefined ? "" : `line ${line}${column === undefined ? "" : `, column ${column}`}: `;
    super(`${place}${problem}`);
    this.name = "Malformed";
  }
}
