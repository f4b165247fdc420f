/**
 * Replaces what stands between the two marks of a part: `<!-- synth -->` and `<!-- end of synth -->`.
 *
 * @throws Error when the page lacks them
 */
export function withResults(page: string, part: string, results: string): string {
  const [begin, end] = [`<!-- ${part} -->`, `<!-- end of ${part} -->`];
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`the page must hold ${begin} and, after it, ${end}`);
  return `${page.slice(0, before)}${begin}\n\n${results}\n\n${page.slice(after)}`;
}
