/** The comments between which a generated part of a Markdown file stands. */
const marks = (name: string) => ({ begin: `<!-- ${name}: generated -->`, end: `<!-- /${name} -->` });

/**
 * Puts a generated part into a Markdown text, in place of what stands between its two comments.
 *
 * @throws Error when the text does not have the two comments, each once and in order
 */
export function putSection(text: string, name: string, content: string): string {
  const { begin, end } = marks(name);
  const [before, rest, ...more] = text.split(begin);
  const [, after, ...others] = rest?.split(end) ?? [];
  if (before === undefined || after === undefined || more.length + others.length > 0) {
    throw new Error(`expected ${begin} and ${end} once, in this order`);
  }
  return `${before}${begin}\n\n${content.trim()}\n\n${end}${after}`;
}

/** A fenced block that no line of its content can end. */
export function fenced(language: string, content: string): string {
  const longest = Math.max(2, ...[...content.matchAll(/^`+/gm)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${content.trimEnd()}\n${fence}`;
}
