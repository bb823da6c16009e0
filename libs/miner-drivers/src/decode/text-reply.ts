/** One `|`-separated part of a text reply: `POOL=0,URL=stratum+tcp://p:3333,Status=Alive`. */
export interface TextSection {
  /** The first word, before its `=`: `STATUS`, `POOL`, `SUMMARY`. */
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Reads the text form of CGMiner's API. `\` escapes the separators inside values. A part whose
 * closing `|` never came is left out: `isTruncated` tells.
 */
export function parseText(text: string): {
  readonly sections: readonly TextSection[];
  readonly isTruncated: boolean;
} {
  const sections: TextSection[] = [];
  let words: Word[] = [];
  let word: Word = { key: undefined, content: "" };
  const endWord = (): void => {
    words.push(word);
    word = { key: undefined, content: "" };
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "\\") {
      at += 1;
      word.content += text.charAt(at);
    } else if (character === "|") {
      endWord();
      sections.push(sectionFrom(words));
      words = [];
    } else if (character === ",") {
      endWord();
    } else if (character === "=" && word.key === undefined) {
      word = { key: word.content, content: "" };
    } else if (character !== "\0") {
      word.content += character;
    }
  }
  const isTruncated = words.length > 0 || word.key !== undefined || word.content.trim() !== "";
  return { sections, isTruncated };
}

interface Word {
  readonly key: string | undefined;
  content: string;
}

function sectionFrom(words: readonly Word[]): TextSection {
  const [first] = words;
  const members = words.flatMap(({ key, content }): [string, string][] =>
    key === undefined ? [] : [[key, content]],
  );
  return { name: first?.key ?? first?.content ?? "", fields: Object.fromEntries(members) };
}
