import * as fs from "node:fs";

/** One line of the journal. */
export interface JournalEntry {
  /** Unit it belongs to. */
  readonly unit: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** The line. */
  readonly text: string;
}

/** Lines kept for `journalctl`; the file has all. */
const KEPT = 20_000;

/** What the units of a machine print, in the order in which it came, and kept in a file besides. */
export class Journal {
  private entries: JournalEntry[] = [];
  private closed = false;

  /** @param file on the host, a line each: time, unit, text */
  constructor(private readonly file: string) {}

  /** Adds a line. */
  public add(unit: string, text: string): void {
    if (this.closed) return;
    const entry = { unit, at: Date.now(), text };
    this.entries.push(entry);
    if (this.entries.length > KEPT * 2) this.entries = this.entries.slice(-KEPT);
    fs.appendFileSync(this.file, `${new Date(entry.at).toISOString()} ${unit} ${text}\n`);
  }

  /** Takes no more: its folder is about to go. */
  public close(): void {
    this.closed = true;
  }

  /**
   * The lines of units.
   *
   * @param units names; none = all
   * @param last how many at most, counted from the end
   */
  public lines(units: readonly string[], last = Infinity): JournalEntry[] {
    const found = this.entries.filter((entry) => units.length === 0 || units.includes(entry.unit));
    return last === Infinity ? found : found.slice(Math.max(0, found.length - last));
  }
}
