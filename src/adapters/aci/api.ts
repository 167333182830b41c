import type { Call } from "../adapter.ts";
import type { ArmGroup, ArmUsage } from "./arm.ts";

/** The few operations of Container Instances that Berth uses, in one subscription and resource group. Each throws nothing but `AdapterError`. */
export interface AciApi {
  /** Every group of the resource group, all pages. Azure leaves `instanceView` out of lists (azure-rest-api-specs#21280). */
  list(call: Call): Promise<readonly ArmGroup[]>;
  /** One group with its instance view, or undefined when Azure says that there is none. */
  get(name: string, call: Call): Promise<ArmGroup | undefined>;
  /** Creates a group and gives what Azure answered at once, usually still pending. An existing one would be restarted: never ask twice. */
  create(name: string, group: ArmGroup, call: Call): Promise<ArmGroup>;
  /** Replaces the tags of a group, which restarts nothing. */
  tag(name: string, tags: Readonly<Record<string, string>>, call: Call): Promise<void>;
  /** Asks for the end of a group. Only a read tells that it is gone. */
  remove(name: string, call: Call): Promise<void>;
  /** The last lines of one container, each with its time in front. */
  logs(name: string, container: string, tail: number, call: Call): Promise<string>;
  /** The quotas of one region. */
  usages(region: string, call: Call): Promise<readonly ArmUsage[]>;
}
