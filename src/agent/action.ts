import type { Because } from "../domain/feature.ts";
import type { Unit } from "../domain/plan.ts";
import type { SeenContainer } from "./drivers/seen.ts";
import type { HealthCheck } from "./health-check.ts";

/** What to do next. Each has a reason; at most one for a replica at a time. */
export type Action =
  | { readonly do: "start"; readonly unit: Unit; readonly replica: number; readonly because: Because }
  | {
      readonly do: "stop";
      readonly unit: string;
      readonly replica: number;
      readonly graceSeconds: number;
      readonly why: "scaled-in" | "fenced" | "unhealthy";
      readonly because: Because;
    }
  | { readonly do: "remove"; readonly unit: string; readonly graceSeconds: number; readonly because: Because }
  | {
      readonly do: "probe";
      readonly unit: Unit;
      readonly replica: number;
      readonly container: SeenContainer;
      readonly check: HealthCheck;
    };
