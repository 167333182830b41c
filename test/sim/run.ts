import { parseArgs } from "node:util";
import { memoryBackend } from "./backends.ts";
import { runSchedule } from "./schedule.ts";

/**
 * `npm run sim -- --schedules N [--from S]` runs N seeded schedules; `npm run sim -- --seed S` runs one and prints its trace.
 * Ends with 1 at the first violation, and the command that shows it again.
 */
const PROGRESS_EVERY = 1_000;
const { values } = parseArgs({
  options: {
    schedules: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    minutes: { type: "string" },
  },
});

if (values.seed === undefined) await many(Number(values.from), Number(values.schedules));
else await one(Number(values.seed));

async function one(seed: number): Promise<void> {
  const { trace, violations, hash } = await runSchedule(seed, memoryBackend(), { keepTrace: true });
  process.stdout.write(trace);
  for (const violation of violations) console.error(violation);
  console.error(`seed ${seed}: trace ${hash}, ${violations.length} violations`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

async function many(from: number, schedules: number): Promise<void> {
  const started = performance.now();
  const end = values.minutes === undefined ? Infinity : started + Number(values.minutes) * 60_000;
  let simulatedMs = 0;
  let longestMs = 0;
  let done = 0;
  for (let seed = from; seed < from + schedules && performance.now() < end; seed += 1) {
    const outcome = await runSchedule(seed, memoryBackend());
    done += 1;
    simulatedMs += outcome.simulatedMs;
    longestMs = Math.max(longestMs, outcome.restMs);
    if (outcome.violations.length > 0) {
      for (const violation of outcome.violations) console.error(violation);
      console.error(`SEED=${seed} npm run sim -- --seed ${seed}`);
      process.exitCode = 1;
      return;
    }
    if (done % PROGRESS_EVERY === 0) report();
  }
  report();

  function report(): void {
    const seconds = (performance.now() - started) / 1_000;
    const hours = (simulatedMs / 3_600_000).toFixed(1);
    console.log(
      `${done} schedules, ${hours} simulated hours in ${seconds.toFixed(0)} s, no violation; longest way to rest ${longestMs / 1_000} s`,
    );
  }
}
