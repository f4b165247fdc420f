/** The phases of a guide, in the order they are run. */
export const PHASES = [
  "pre-install",
  "create-infrastructure",
  "run-tests",
  "destroy-infrastructure",
] as const;

/** One of the phases. */
export type Phase = (typeof PHASES)[number];

/** Commands of a guide that are run together. */
export interface Step {
  readonly phase: Phase;
  /** The nearest heading above it. */
  readonly title: string;
  /** Line of its marker, counted from 1. */
  readonly line: number;
  /** Whether readers of the rendered guide do not see it. */
  readonly hidden: boolean;
  /** The file's lines from its first to the end of the step; those that are no command are empty, so that line numbers hold. */
  readonly commands: string;
}

/** What of a guide can be run. */
export interface Guide {
  /** Variables that must be set. */
  readonly requiredVariables: readonly string[];
  /** In the order they are run. */
  readonly steps: readonly Step[];
}

/** Any marker, and what only looks like one: in Markdown a comment may be indented by three spaces. */
const ANY_MARKER = /^ {0,3}<!--\s*deploy-(?:test|doc)\b/;
const MARKER = /^<!-- deploy-(?:test|doc)(?:-(start|end|hidden))?(?: (.*?))??( ?-->)?\s*$/;
const HIDDEN_END = /^\s*-->\s*$/;
const VARIABLE = /^[A-Za-z_]\w*$/;

/** The step that is being read. */
interface OpenStep extends Omit<Step, "commands"> {
  readonly lines: string[];
}

/**
 * Reads a guide: Markdown, in which comments mark what is run.
 *
 * @throws Error with the line of what is no guide, and what it must be
 */
export function parseGuide(text: string): Guide {
  const parser = new Parser();
  text.split(/\r?\n/).forEach((line, index) => parser.read(line, index + 1));
  return parser.end();
}

class Parser {
  private readonly steps: Step[] = [];
  private readonly variables = new Set<string>();
  private title = "";
  private open: OpenStep | undefined;
  /** What ends the fenced code that is being read. */
  private fence: string | undefined;

  public read(line: string, number: number): void {
    const isEndOfHidden = this.open?.hidden === true && HIDDEN_END.test(line);
    if (isEndOfHidden) this.close(number);
    else if (ANY_MARKER.test(line)) this.readMarker(line, number);
    else if (this.open !== undefined) this.open.lines[number - 1] = this.command(line, number, this.open);
    else this.title = /^#{1,6} +(.*?)[ #]*$/.exec(line)?.[1] ?? this.title;
  }

  public end(): Guide {
    if (this.open !== undefined) throw this.unclosed(this.open);
    if (this.steps.length === 0) {
      throw failure(
        1,
        "a guide must have a block to run, got none; mark it by <!-- deploy-doc-start PHASE -->",
      );
    }
    return {
      requiredVariables: [...this.variables],
      steps: PHASES.flatMap((phase) => this.steps.filter((step) => step.phase === phase)),
    };
  }

  private readMarker(line: string, number: number): void {
    const [, kind, parameters = "", closed] = MARKER.exec(line) ?? [];
    const words = parameters.split(/\s+/).filter((word) => word !== "");
    const must = (rule: string) => failure(number, `a marker must ${rule}, got ${JSON.stringify(line)}`);
    if (!MARKER.test(line)) throw must("begin its line and be spelled <!-- deploy-doc-… -->");
    if (closed === undefined && kind !== "hidden")
      throw must("end in -->; a hidden block begins deploy-doc-hidden");
    if (closed !== undefined && kind === "hidden")
      throw must("leave its --> to the line after the hidden commands");
    if (kind === "end") this.close(number);
    else if (kind === undefined) this.note(words, number);
    else this.start(words[0] ?? "", number, kind === "hidden");
  }

  /** A marker of a single line. */
  private note([kind = "", ...names]: readonly string[], number: number): void {
    if (isPhase(kind)) {
      throw failure(
        number,
        `a phase must have a block, got ${JSON.stringify(kind)} alone; write deploy-doc-start ${kind}`,
      );
    }
    if (kind !== "require-env") {
      throw failure(number, `a marker of one line must be require-env, got ${JSON.stringify(kind)}`);
    }
    const wrong = names.find((name) => !VARIABLE.test(name));
    if (wrong !== undefined || names.length === 0) {
      throw failure(number, `require-env must list names of variables, got ${JSON.stringify(wrong ?? "")}`);
    }
    for (const name of names) this.variables.add(name);
  }

  private start(phase: string, line: number, hidden: boolean): void {
    if (this.open !== undefined) {
      throw failure(
        line,
        `a block must not begin within another, got one in that of line ${this.open.line}; end that first`,
      );
    }
    if (!isPhase(phase)) {
      throw failure(line, `a phase must be one of ${PHASES.join(", ")}, got ${JSON.stringify(phase)}`);
    }
    this.open = { phase, title: this.title, line, hidden, lines: [] };
  }

  private close(number: number): void {
    if (this.open === undefined)
      throw failure(number, "a block must be started before it ends, got an end alone");
    if (this.fence !== undefined) throw this.unclosed(this.open);
    const { lines, ...step } = this.open;
    const commands = Array.from(lines, (line: string | undefined) => line ?? "").join("\n");
    if (commands.trim() === "") throw failure(step.line, "a block must hold commands, got none");
    this.steps.push({ ...step, commands });
    this.open = undefined;
  }

  /** What bash is to run of a line. */
  private command(line: string, number: number, { hidden }: OpenStep): string {
    // two hyphens in a row would end the comment that hides them
    if (hidden) return line.replace(/-\\(?=-)/g, "-");
    if (this.fence !== undefined) return this.fencedCommand(line, this.fence);
    this.fence = /^ {0,3}(```+|~~~+)/.exec(line)?.[1];
    if (this.fence !== undefined || line.trim() === "") return "";
    const code = /^(?: {4}| {0,3}\t)(.*)$/.exec(line)?.[1];
    if (code !== undefined) return code;
    throw failure(
      number,
      `a block must hold only code, indented by four spaces or fenced, got ${JSON.stringify(line)}`,
    );
  }

  private fencedCommand(line: string, fence: string): string {
    const isEnd = line.trim().startsWith(fence) && line.trim().replaceAll(fence.charAt(0), "") === "";
    if (!isEnd) return line;
    this.fence = undefined;
    return "";
  }

  private unclosed({ line, hidden }: OpenStep): Error {
    const way = hidden ? "a line -->" : "<!-- deploy-doc-end -->";
    const what = this.fence === undefined ? "a block must be ended" : "fenced code must be ended";
    return failure(line, `${what}, got none to the end; close it by ${this.fence ?? way}`);
  }
}

function isPhase(word: string): word is Phase {
  return (PHASES as readonly string[]).includes(word);
}

function failure(line: number, message: string): Error {
  return new Error(`line ${line}: ${message}`);
}
