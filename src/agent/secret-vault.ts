import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { UnitSecrets } from "../domain/agent-protocol.ts";
import type { Because } from "../domain/feature.ts";
import { secretsOf } from "../domain/secret-references.ts";
import type { Unit } from "../domain/plan.ts";
import { replaceFile } from "./durable-file.ts";

/** Values by reference (`name@version`). */
export type Values = Readonly<Record<string, string>>;

/**
 * The values of secrets that this agent was given for the units it holds. They are in memory and, so that a restart without a broker
 * starts what ran before, in one file for each unit that only the agent's user can read. With the unit they go.
 */
export class SecretVault {
  readonly #folder: string;
  readonly #log: (sentence: string) => void;
  readonly #values = new Map<string, Values>();
  readonly #refusals = new Map<string, Because>();

  private constructor(folder: string, log: (sentence: string) => void) {
    this.#folder = folder;
    this.#log = log;
  }

  /** What an earlier agent on this data folder was given. A file that is not whole is asked for anew. */
  static async open(dataDir: string, log: (sentence: string) => void): Promise<SecretVault> {
    const folder = join(dataDir, "secrets");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const vault = new SecretVault(folder, log);
    for (const file of await readdir(folder)) await vault.#read(file);
    return vault;
  }

  /** Ids of the units whose values are here. */
  held(): readonly string[] {
    return [...this.#values.keys()];
  }

  /** Take what the broker hands out for these units, and drop what is kept for any other. */
  async keep(given: readonly UnitSecrets[], units: readonly Unit[]): Promise<void> {
    const wanted = new Map(units.map((unit) => [unit.id, secretsOf(unit.template)]));
    for (const unit of [...this.#values.keys(), ...this.#refusals.keys()])
      if (!wanted.has(unit)) await this.#drop(unit);
    for (const one of given) {
      const references = wanted.get(one.unit);
      if (references === undefined) continue;
      if ("because" in one) this.#refusals.set(one.unit, one.because);
      else await this.#take(one.unit, one.values, references);
    }
  }

  /** The values a unit needs; a sentence when the broker has said why there are none; undefined when it has not spoken yet. */
  valuesFor({ id, template }: Unit): Values | Because | undefined {
    const references = secretsOf(template);
    if (references.length === 0) return {};
    return this.#values.get(id) ?? this.#refusals.get(id);
  }

  /** Every value kept for a unit: what must not be said aloud of it. */
  hiddenOf(unit: string): readonly string[] {
    return Object.values(this.#values.get(unit) ?? {});
  }

  async #take(unit: string, values: Values, references: readonly string[]): Promise<void> {
    if (!references.every((reference) => Object.hasOwn(values, reference))) return;
    await replaceFile(join(this.#folder, `${unit}${SUFFIX}`), JSON.stringify(values));
    this.#values.set(unit, values);
    this.#refusals.delete(unit);
  }

  async #drop(unit: string): Promise<void> {
    await rm(join(this.#folder, `${unit}${SUFFIX}`), { force: true });
    this.#values.delete(unit);
    this.#refusals.delete(unit);
  }

  async #read(file: string): Promise<void> {
    const path = join(this.#folder, file);
    const [, unit] = FILE.exec(file) ?? [];
    const parsed = unit === undefined ? undefined : parse(await readFile(path, "utf8"));
    if (unit !== undefined && parsed !== undefined) this.#values.set(unit, parsed);
    else {
      this.#log(`${path} cannot be read and is removed; the broker is asked again`);
      await rm(path, { force: true });
    }
  }
}

const SUFFIX = ".json";
const FILE = /^([A-Za-z0-9_-]{1,128})\.json$/;
const VALUES = z.record(z.string(), z.string());

function parse(text: string): Values | undefined {
  try {
    return VALUES.safeParse(JSON.parse(text)).data;
  } catch (error) {
    // A parser's message quotes what it could not read, and that may be a value.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
