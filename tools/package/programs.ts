/** The TypeScript programs of a Markdown text, in order: its blocks fenced as `ts`. */
export function programs(markdown: string): string[] {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, program = ""]) => program);
}

/** Whether a program says it synthesizes, so that running it must leave stacks behind. */
export function synthesizes(program: string): boolean {
  return /\.synth\(\)/.test(program);
}
