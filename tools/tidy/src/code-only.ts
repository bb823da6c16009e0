const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const quoted = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y;
const pattern = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const templateText = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))+/y;
const plainCode = /[\w\s.,;:()[\]]+/y;
/** After these a slash begins a pattern; after anything else it divides. */
const beforePattern = /(?:^|[=([{,;:!&|?+\-*%<>~^}]|\b(?:return|case|typeof|of|in))\s*$/;
const lookBehindCount = 200;

/**
 * The source with its comments blanked, and its texts too unless they are kept. Line breaks stay
 * where they are, so that a place found in the result is the same place in the file.
 */
export function codeOnly(source: string, texts: "blank" | "keep" = "blank"): string {
  const scanner = new Scanner(source, texts === "keep");
  while (!scanner.isAtEnd()) scanner.step();
  return scanner.result;
}

class Scanner {
  readonly #source: string;
  readonly #areTextsKept: boolean;
  /** Open braces of each piece of code we are in; `template` for each template around it. */
  readonly #places: (number | "template")[] = [0];
  #index = 0;
  result = "";

  constructor(source: string, areTextsKept: boolean) {
    this.#source = source;
    this.#areTextsKept = areTextsKept;
  }

  isAtEnd(): boolean {
    return this.#index >= this.#source.length;
  }

  step(): void {
    const place = this.#places.at(-1) ?? 0;
    if (place === "template") this.#stepInTemplate();
    else this.#stepInCode(place);
  }

  #stepInTemplate(): void {
    const text = this.#match(templateText);
    if (text !== undefined) this.#text(text);
    else if (this.#source.startsWith("${", this.#index)) {
      this.#places.push(0);
      this.#copy("${");
    } else {
      this.#places.pop();
      this.#copy("`");
    }
  }

  #stepInCode(openBraces: number): void {
    const code = this.#match(plainCode);
    if (code !== undefined) {
      this.#copy(code);
      return;
    }
    const remark = this.#match(comment);
    const text = this.#match(quoted) ?? this.#matchPattern();
    if (remark !== undefined) this.#blank(remark);
    else if (text !== undefined) this.#text(text);
    else this.#mark(this.#source.charAt(this.#index), openBraces);
  }

  #mark(character: string, openBraces: number): void {
    if (character === "`") this.#places.push("template");
    if (character === "{") this.#places.splice(-1, 1, openBraces + 1);
    if (character === "}") {
      this.#places.pop();
      if (openBraces > 0 || this.#places.length === 0) this.#places.push(openBraces - 1);
    }
    this.#copy(character);
  }

  #matchPattern(): string | undefined {
    if (this.#source.charAt(this.#index) !== "/") return undefined;
    return beforePattern.test(this.result.slice(-lookBehindCount))
      ? this.#match(pattern)
      : undefined;
  }

  #match(expression: RegExp): string | undefined {
    expression.lastIndex = this.#index;
    return expression.exec(this.#source)?.[0];
  }

  #text(text: string): void {
    if (this.#areTextsKept) this.#copy(text);
    else this.#blank(text);
  }

  #copy(text: string): void {
    this.result += text;
    this.#index += text.length;
  }

  #blank(text: string): void {
    this.result += text.replaceAll(/[^\n]/g, " ");
    this.#index += text.length;
  }
}
