import * as fs from "node:fs";
import * as path from "node:path";
import { Machine } from "../machine";
import { hostPath } from "../machine-path";
import { interpretUnit } from "./interpret-unit";
import { Journal } from "./journal";
import { Service, StartResult } from "./service";
import { UnitError } from "./unit-error";
import { parseUnitFile } from "./unit-file";
import { parseUnitName, UnitName } from "./unit-name";

const UNIT_DIRECTORY = "/etc/systemd/system";

/** What there is to say of a unit that is not loaded. */
export type Loaded = Service | "not-found" | UnitError;

/**
 * The services of one machine.
 *
 * A unit's files are read when it is first named, and again only at `daemon-reload`, as the real systemd does it.
 */
export class Supervisor {
  private readonly services = new Map<string, Service>();

  constructor(
    private readonly machine: Machine,
    /** What the services print. */
    public readonly journal: Journal,
  ) {}

  /** The unit of a name, read from its files when it is not known yet. */
  public load(text: string): Loaded {
    const name = parseUnitName(text);
    const known = this.services.get(name.full);
    if (known) return known;
    try {
      const definition = this.read(name);
      if (definition === undefined) return "not-found";
      const service = new Service(this.machine, this.journal, definition);
      this.services.set(name.full, service);
      return service;
    } catch (error) {
      if (error instanceof UnitError) return error;
      throw error;
    }
  }

  /** Reads every unit's files again; one that runs goes on as it was started. */
  public reload(): void {
    for (const [name, service] of this.services) {
      try {
        const definition = this.read(service.definition.name);
        if (definition) service.definition = definition;
        else if (service.state.phase === "dead") this.services.delete(name);
      } catch (error) {
        if (!(error instanceof UnitError)) throw error;
        this.journal.add(name, error.message);
      }
    }
  }

  /** Whether a unit's files differ from what was read. */
  public needsReload(service: Service): boolean {
    try {
      return JSON.stringify(this.read(service.definition.name)) !== JSON.stringify(service.definition);
    } catch {
      return true;
    }
  }

  /**
   * Starts a unit and what it wants and requires.
   *
   * @param chain units on whose behalf it is started
   */
  public async start(service: Service, chain: readonly string[] = []): Promise<StartResult> {
    const { name, wants, requires } = service.definition;
    const others = (names: readonly string[]) =>
      names
        .filter(
          (other) =>
            parseUnitName(other).full.endsWith(".service") && !chain.includes(parseUnitName(other).full),
        )
        .map((other) => this.startNamed(other, [...chain, name.full]));
    const [required] = await Promise.all([Promise.all(others(requires)), Promise.all(others(wants))]);
    return required.every((result) => result === "done") ? service.start() : "failed";
  }

  /** Starts what is enabled, as at boot. */
  public async startEnabled(): Promise<void> {
    const wants = this.onHost(this.wantsDirectory("multi-user.target"));
    const names = fs.existsSync(wants) ? fs.readdirSync(wants) : [];
    await Promise.all(names.map((name) => this.startNamed(name, [])));
  }

  /** The file a unit is read from, in the machine; undefined when there is none. */
  public fragmentOf(name: UnitName): string | undefined {
    const candidates = [name.full, ...(name.template === undefined ? [] : [name.template])];
    return candidates.map((file) => path.posix.join(UNIT_DIRECTORY, file)).find((file) => this.isFile(file));
  }

  /** Where the links of enabled units of a target lie, in the machine. */
  public wantsDirectory(target: string): string {
    return path.posix.join(UNIT_DIRECTORY, `${target}.wants`);
  }

  /** Path on the host of a path in the machine. */
  public onHost(inside: string): string {
    return hostPath(this.machine.root, inside);
  }

  /** Forgets all services: the machine is going off. */
  public close(): void {
    this.journal.close();
    for (const service of this.services.values()) service.abandon();
  }

  private async startNamed(name: string, chain: readonly string[]): Promise<StartResult> {
    const loaded = this.load(name);
    return loaded instanceof Service ? this.start(loaded, chain) : "failed";
  }

  private read(name: UnitName): Service["definition"] | undefined {
    const fragment = this.fragmentOf(name);
    if (fragment === undefined) return undefined;
    const assignments = [fragment, ...this.dropIns(name)].flatMap((file) =>
      parseUnitFile(fs.readFileSync(this.onHost(file), "utf8"), file),
    );
    return interpretUnit(assignments, name, this.machine.name);
  }

  /** Drop-ins of the template, then of the unit itself, each by name; a unit's wins over a template's of that name. */
  private dropIns(name: UnitName): string[] {
    const folders = [...(name.template === undefined ? [] : [name.template]), name.full].map(
      (unit) => `${unit}.d`,
    );
    const byName = new Map<string, string>();
    for (const folder of folders) {
      const inside = path.posix.join(UNIT_DIRECTORY, folder);
      const outside = this.onHost(inside);
      const files = fs.existsSync(outside) ? fs.readdirSync(outside) : [];
      for (const file of files.filter((entry) => entry.endsWith(".conf")))
        byName.set(file, path.posix.join(inside, file));
    }
    return [...byName.keys()].sort().flatMap((file) => byName.get(file) ?? []);
  }

  private isFile(inside: string): boolean {
    return fs.statSync(this.onHost(inside), { throwIfNoEntry: false })?.isFile() ?? false;
  }
}
