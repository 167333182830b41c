import type { Target } from "../../store/instance.ts";
import { callCloud } from "../call-cloud.ts";
import type { Call } from "../adapter.ts";
import type { CloudPorts, Owner } from "../cloud-ports.ts";
import type { KeptQuota } from "./account-quotas.ts";
import type { EcsApi, InputOf, Operation, OutputOf } from "./api.ts";
import { classify } from "./classify.ts";
import type { EcsConfig, EcsRegion } from "./config.ts";
import { bucketOf, ENTRIES_PER_PAGE, MOST_PAGES, OPERATIONS } from "./quotas.ts";
import { AdapterError } from "../../domain/fault.ts";
import type { Prepared, Turn } from "./prepared.ts";

/** What every verb works with: the target, its configuration, and AWS within its limits. */
export interface Cloud {
  readonly target: Target;
  readonly config: EcsConfig;
  readonly ports: CloudPorts;
  /** Sends one call when its limit allows, again where that is safe. Throws nothing but `AdapterError`. */
  send<Name extends Operation>(
    region: string,
    operation: Name,
    input: InputOf<Name>,
    call: Call,
  ): Promise<OutputOf<Name>>;
  readonly owner: () => Promise<Owner>;
  /** What was read once and does not change, so that a sweep need not ask again. */
  readonly known: Known;
}

/** Facts of AWS that never change once they are there, bounded: what falls out is read again. And when something was last read. */
export interface Known {
  /** URL of an Express service by its ARN and the moment it was made. */
  readonly urls: Map<string, string>;
  /** ARN of a try's task by the try's name. */
  readonly tasks: Map<string, string>;
  /** The unit a task definition was made for, by its ARN; "" where it carries no mark. A revision is never used again. */
  readonly definitions: Map<string, string>;
  /** When the secrets of a region were last looked through, ms. */
  readonly secretsLookedAt: Map<string, number>;
  /** Families of tasks that are left of a unit nobody knows, by its id: its task definitions may be deleted already. */
  readonly strays: Map<string, string>;
  /** Units of jobs by region and id: what was prepared for them lately, and who does so now. */
  readonly prepared: Map<string, Prepared>;
  readonly turns: Map<string, Turn>;
  /** Quotas of the account by region and name. */
  readonly quotas: Map<string, KeptQuota>;
}

/** Facts kept of each kind. */
const MOST_KNOWN = 10_000;

/** AWS behind the published limits of this account. */
export function cloudOver(target: Target, config: EcsConfig, ports: CloudPorts, api: EcsApi): Cloud {
  return {
    target,
    config,
    ports,
    owner: ports.installation,
    known: {
      urls: new Map(),
      tasks: new Map(),
      definitions: new Map(),
      secretsLookedAt: new Map(),
      strays: new Map(),
      prepared: new Map(),
      turns: new Map(),
      quotas: new Map(),
    },
    send: (region, operation, input, call) =>
      callCloud(
        ports,
        {
          bucket: bucketOf(config.accountId, region, operation),
          repeatable: OPERATIONS[operation].repeatable,
          classify,
          send: (signal) => {
            signal.throwIfAborted();
            return api.send(region, operation, input, { signal });
          },
        },
        call,
      ),
  };
}

/** Remembers a fact, and forgets the oldest when there are too many. */
export function remember<Fact>(facts: Map<string, Fact>, key: string, value: Fact): void {
  facts.delete(key);
  const oldest = facts.keys().next();
  if (facts.size >= MOST_KNOWN && oldest.done === false) facts.delete(oldest.value);
  facts.set(key, value);
}

type PagedEcs = "ListServices" | "ListTasks" | "ListTaskDefinitionFamilies" | "ListTaskDefinitions";

/** Every entry of a list, page by page. Throws `AdapterError` rather than give a part of it for the whole. */
export async function everyPage<Name extends PagedEcs>(
  cloud: Cloud,
  region: EcsRegion,
  operation: Name,
  input: InputOf<Name>,
  entries: (output: OutputOf<Name>) => readonly string[] | undefined,
  call: Call,
): Promise<readonly string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const output: OutputOf<Name> = await cloud.send(
      region.region,
      operation,
      { ...input, maxResults: ENTRIES_PER_PAGE, ...(nextToken === undefined ? {} : { nextToken }) },
      call,
    );
    found.push(...(entries(output) ?? []));
    nextToken = output.nextToken;
    if (nextToken === undefined || nextToken === "") return found;
  }
  throw new AdapterError(
    "invalid",
    `The cluster ${region.cluster} in ${region.region} holds more than ${MOST_PAGES * ENTRIES_PER_PAGE} entries: give Berth a cluster of its own.`,
  );
}

/** A list in parts of at most `size`. */
export function batches<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
