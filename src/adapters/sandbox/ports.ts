import type { PriceBook } from "../../catalog/book.ts";
import type { Cloud } from "../../domain/place.ts";
import type { ContractJudge, SimulatedCloud } from "../simulated-cloud.ts";
import type { SandboxServers } from "./serving.ts";
import type { SandboxState } from "./state.ts";

/** What a sandbox stands on: where its accounts are kept, what serves its replicas, prices, the time, and who judges. */
export interface SandboxPorts {
  readonly sandboxState: SandboxState;
  readonly sandboxServers: SandboxServers;
  /** The price book in force, asked anew for every question. */
  readonly book: () => PriceBook;
  readonly now: () => number;
  /** Of every request to the simulated clouds and every answer of theirs; absent: nobody judges them. */
  readonly sandboxJudge?: ContractJudge | undefined;
}

/** Every cloud that can be simulated. */
export type SimulatedClouds = Readonly<Record<Cloud, SimulatedCloud<unknown>>>;
