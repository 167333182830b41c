import type { UnitSecrets } from "../domain/agent-protocol.ts";
import { AdapterError } from "../domain/fault.ts";
import type { Unit } from "../domain/plan.ts";
import { secretsOf } from "../domain/secret-references.ts";
import type { Ports } from "./ports.ts";
import { secretReader } from "./secret-values.ts";

/** Characters of values after which an answer is full; an agent reads 32 MiB, and one unit has at most 6.4. */
const FULL_AT = 4 * 1_048_576;
/** How long reading them all may take, ms: less than an agent waits for its answer. */
const DEADLINE_MS = 3_000;

/**
 * What an agent needs to start these units and does not have: values for each of them, or why there are none. Of a very large answer the
 * rest comes with the next sync, for the agent then says what it has.
 */
export async function secretsForSync(
  ports: Pick<Ports, "store" | "sealer">,
  units: readonly Unit[],
  held: readonly string[],
): Promise<readonly UnitSecrets[]> {
  const has = new Set(held);
  const needing = units.filter(({ id, template }) => !has.has(id) && secretsOf(template).length > 0);
  if (needing.length === 0) return [];
  const read = remembering(ports);
  const given: UnitSecrets[] = [];
  let characters = 0;
  for (const unit of needing) {
    if (characters >= FULL_AT) break;
    const one = await secretsOfUnit(read, unit);
    given.push(one);
    if ("values" in one) characters += Object.values(one.values).reduce((sum, { length }) => sum + length, 0);
  }
  return given;
}

type Read = (unit: Unit, reference: string) => Promise<string>;

async function secretsOfUnit(read: Read, unit: Unit): Promise<UnitSecrets> {
  try {
    const pairs = secretsOf(unit.template).map(
      async (reference) => [reference, await read(unit, reference)] as const,
    );
    return { unit: unit.id, values: Object.fromEntries(await Promise.all(pairs)) };
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return { unit: unit.id, because: error.message };
  }
}

/** Many units use the same secrets: each is opened once in an answer. */
function remembering(ports: Pick<Ports, "store" | "sealer">): Read {
  const reader = secretReader(ports);
  const call = { signal: AbortSignal.timeout(DEADLINE_MS) };
  const opened = new Map<string, Promise<string>>();
  return async ({ project, environment }, reference) => {
    const key = JSON.stringify([project, environment, reference]);
    const value = opened.get(key) ?? reader({ project, environment }, reference, call);
    opened.set(key, value);
    return value;
  };
}
