/** A text of a language (Markdown, DOT, HTML…) in which what others wrote is text and nothing else. */
export class Inert<Language extends string> {
  readonly #text: string;
  readonly language: Language;

  private constructor(text: string, language: Language) {
    this.#text = text;
    this.language = language;
  }

  /**
   * The template tag of a language: what is in the template is ours, what is put into it is escaped unless it comes
   * from the same tag.
   * @param escape makes any text inert, and leaves no line end in it
   */
  static tag<Language extends string>(language: Language, escape: (text: string) => string): Tag<Language> {
    const textOf = (piece: Inert<Language> | string | number): string =>
      piece instanceof Inert ? piece.#text : escape(String(piece));
    return (literals, ...pieces) =>
      new Inert(
        literals
          .map((literal, at) => `${literal}${at < pieces.length ? textOf(pieces[at] ?? "") : ""}`)
          .join(""),
        language,
      );
  }

  /** Texts of one language, one behind the other. @param between a text of ours */
  static join<Language extends string>(
    language: Language,
    texts: readonly Inert<Language>[],
    between: string,
  ): Inert<Language> {
    return new Inert(texts.map(String).join(between), language);
  }

  toString(): string {
    return this.#text;
  }
}

/** Makes texts of a language. */
export type Tag<Language extends string> = (
  literals: TemplateStringsArray,
  ...pieces: readonly (Inert<Language> | string | number)[]
) => Inert<Language>;
