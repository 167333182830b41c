import { awsPartition } from "../../../catalog/aws-partitions.ts";
import { sha256Hex } from "../../../domain/canonical-json.ts";
import { SimFailure } from "./failure.ts";
import type { EcsRules } from "./rules.ts";
import { EMPTY_REGION, type EcsState, type RegionState } from "./state.ts";

/** The account while one call is answered: a copy that handlers change, of which the next state is made. */
export class World {
  readonly region: string;
  readonly now: number;
  readonly rules: EcsRules;
  here: RegionState;
  struck: Readonly<Record<string, number>>;
  levels: EcsState["levels"];
  private serial: number;
  private readonly regions: EcsState["regions"];

  constructor(state: EcsState, region: string, now: number, rules: EcsRules) {
    this.region = region;
    this.now = now;
    this.rules = rules;
    this.regions = state.regions;
    this.here = state.regions[region] ?? EMPTY_REGION;
    this.serial = state.serial;
    this.struck = state.struck;
    this.levels = state.levels;
  }

  /** The account after the call. */
  state(): EcsState {
    const before = this.regions[this.region] ?? EMPTY_REGION;
    const regions = this.here === before ? this.regions : { ...this.regions, [this.region]: this.here };
    return { regions, serial: this.serial, levels: this.levels, struck: this.struck };
  }

  change(changes: Partial<RegionState>): void {
    this.here = { ...this.here, ...changes };
  }

  /** The next number of the account. */
  number(): number {
    this.serial += 1;
    return this.serial;
  }

  /** Hex characters that no other thing of the account has; the same ones in a second run of the same calls. */
  id(number: number, chars: number): string {
    return sha256Hex(`${this.region}/${number}`).slice(0, chars);
  }

  arn(service: string, resource: string): string {
    return `arn:${awsPartition(this.region).id}:${service}:${this.region}:${this.rules.accountId}:${resource}`;
  }

  /** The cluster's short name. Throws when it is not there. */
  cluster(given: string | undefined): string {
    const name = (given ?? "default").split("/").at(-1) ?? "";
    if (this.rules.clusters.includes(name)) return name;
    throw new SimFailure("ClusterNotFoundException", "Cluster not found.");
  }
}

/** Milliseconds as AWS writes moments in JSON. */
export const seconds = (ms: number): number => ms / 1_000;

/** One page of a list; the token of the next one is where it begins. */
export function page<T>(
  items: readonly T[],
  input: { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined },
  usual: number,
): { readonly items: readonly T[]; readonly nextToken?: string } {
  const from = Number(input.nextToken ?? 0);
  const size = input.maxResults ?? usual;
  const to = from + size;
  return { items: items.slice(from, to), ...(to < items.length ? { nextToken: String(to) } : {}) };
}
