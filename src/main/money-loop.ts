import { endAccountRates } from "../broker/end-account-rates.ts";
import { meterPass } from "../broker/meter.ts";
import type { Ports } from "../broker/ports.ts";
import { watchBudgets } from "../broker/watch-budgets.ts";

/** Between two metering passes; one that finds nothing new reads one row, ms. */
const METER_EVERY_MS = 2_000;
/** Metering passes between two looks at the budgets: a minute. */
const PASSES_A_WATCH = 30;

/** Meters what happened to units and watches the budgets, until the signal; what fails is tried again with the next pass. */
export async function keepMoney(ports: Ports, owner: string, signal: AbortSignal): Promise<void> {
  for (let pass = 1; !signal.aborted; pass += 1) {
    await ports.sleep(METER_EVERY_MS, signal);
    if (signal.aborted) return;
    try {
      if (pass % PASSES_A_WATCH === 0) await endAccountRates(ports);
      await meterPass({ ...ports, owner });
      if (pass % PASSES_A_WATCH === 0) await watchBudgets(ports, owner);
    } catch (error) {
      if (!signal.aborted) ports.log("error", `the meter failed, and goes on: ${String(error)}`);
    }
  }
}
