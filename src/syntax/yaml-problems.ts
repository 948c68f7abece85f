import type { YAMLParseError } from "yaml";

/** A limit of YAML that is exceeded, or something that can't be meant, and where. */
export class TooMuch extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** The library's errors in words of ours: its own quote the text. */
export const PROBLEMS: Readonly<Record<YAMLParseError["code"], string>> = {
  ALIAS_PROPS: "is not valid YAML: an alias can't have an anchor or a tag",
  BAD_ALIAS: "is not valid YAML: an alias without a valid name",
  BAD_COLLECTION_TYPE: "is not valid YAML: a tag that does not fit its collection",
  BAD_DIRECTIVE: "is not valid YAML: a directive that is not valid",
  BAD_DQ_ESCAPE: "is not valid YAML: an escape sequence that is not valid in double quotes",
  BAD_INDENT: "is not valid YAML: wrong indentation",
  BAD_PROP_ORDER: "is not valid YAML: an anchor or a tag in the wrong place",
  BAD_SCALAR_START: "is not valid YAML: a value that begins with a reserved character must be quoted",
  BLOCK_AS_IMPLICIT_KEY: "is not valid YAML: a mapping or a list can't begin on the line of a key",
  BLOCK_IN_FLOW: "is not valid YAML: block style inside brackets",
  DUPLICATE_KEY: "is not valid YAML: duplicate key",
  IMPOSSIBLE: "is not valid YAML",
  KEY_OVER_1024_CHARS: "is not valid YAML: a key of more than 1024 characters",
  MISSING_CHAR:
    "is not valid YAML: a character is missing, such as a closing quote or bracket, or a colon after a key",
  MULTILINE_IMPLICIT_KEY: "is not valid YAML: a key that runs over several lines, or a colon is missing",
  MULTIPLE_ANCHORS: "is not valid YAML: two anchors for one value",
  MULTIPLE_DOCS: "is not valid YAML: more than one document",
  MULTIPLE_TAGS: "is not valid YAML: two tags for one value",
  NON_STRING_KEY: "is not valid YAML: a key that is not a string",
  RESOURCE_EXHAUSTION: "is not valid YAML: it is nested too deeply",
  TAB_AS_INDENT: "is not valid YAML: a tab is used as indentation",
  TAG_RESOLVE_FAILED: "is not valid YAML: an unknown tag",
  UNEXPECTED_TOKEN: "is not valid YAML: unexpected content",
};
