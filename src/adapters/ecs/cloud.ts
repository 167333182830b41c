import type { Known } from "./known.ts";
import type { Target } from "../../store/instance.ts";
import { callCloud } from "../call-cloud.ts";
import type { Call } from "../adapter.ts";
import type { CloudPorts, Owner } from "../cloud-ports.ts";
import type { EcsApi, InputOf, Operation, OutputOf } from "./api.ts";
import { classify } from "./classify.ts";
import type { EcsConfig, EcsRegion } from "./config.ts";
import { bucketOf, ENTRIES_PER_PAGE, MOST_PAGES, OPERATIONS } from "./quotas.ts";
import { AdapterError } from "../../domain/fault.ts";

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
