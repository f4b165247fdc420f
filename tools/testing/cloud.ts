import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import type { KnownValue } from "./value";

/** A thing in the pretended cloud: all attributes of its resource, as Terraform's state has them. */
export interface CloudObject {
  /** What the cloud calls it, unique within its type. */
  readonly id: string;
  readonly [attribute: string]: KnownValue;
}

/** What stands in the store's file. */
interface StoredObject {
  readonly type: string;
  readonly object: CloudObject;
}

/**
 * The pretended cloud: what exists, kept in a JSON file, so that the next command's refresh finds it.
 *
 * One process at a time may use a file: it is read once, at the start.
 */
export class Cloud {
  private readonly stored = new Map<string, StoredObject>();

  /**
   * @param file where it is kept; a file that does not exist yet is an empty cloud
   * @throws when the file holds anything else
   */
  constructor(private readonly file: string) {
    for (const entry of readStore(file)) this.stored.set(keyOf(entry.type, entry.object.id), entry);
  }

  /** What exists, of one type or of all, in the order of creation. */
  objects(type?: string): CloudObject[] {
    const all = [...this.stored.values()];
    return all.filter((entry) => type === undefined || entry.type === type).map(({ object }) => object);
  }

  /** Types of which something exists. */
  types(): string[] {
    return [...new Set([...this.stored.values()].map(({ type }) => type))];
  }

  /** One object, if it exists. */
  get(type: string, id: KnownValue | undefined): CloudObject | undefined {
    return typeof id === "string" ? this.stored.get(keyOf(type, id))?.object : undefined;
  }

  /** Adds an object, or puts it in the place of the one with its id. */
  put(type: string, object: CloudObject): void {
    this.stored.set(keyOf(type, object.id), { type, object });
    this.save();
  }

  /** Takes an object away, as someone does who deletes it behind Terraform's back. */
  remove(type: string, id: string): void {
    this.stored.delete(keyOf(type, id));
    this.save();
  }

  private save(): void {
    mkdirSync(dirname(this.file), { recursive: true });
    const next = `${this.file}.${process.pid}.new`;
    writeFileSync(next, `${JSON.stringify([...this.stored.values()], null, 1)}\n`, { mode: 0o600 });
    renameSync(next, this.file);
  }
}

function keyOf(type: string, id: string): string {
  return `${type} ${id}`;
}

function readStore(file: string): StoredObject[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  try {
    const entries = JSON.parse(text) as StoredObject[];
    if (entries.every((entry) => typeof entry.type === "string" && typeof entry.object.id === "string")) {
      return entries;
    }
  } catch {
    // what follows says it better than the parser
  }
  throw new Error(
    `${JSON.stringify(file)} is no store of the test provider; move it away to start with an empty cloud`,
  );
}
