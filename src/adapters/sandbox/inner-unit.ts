import { parseImage } from "../../domain/image.ts";
import type { Unit } from "../../domain/plan.ts";
import type { RunRef } from "../../domain/run.ts";
import { CRASH_VARIABLE, SECONDS_VARIABLE } from "../simulated-cloud.ts";

/** Only of a job: how many of its first tries crash, whatever else it says. */
const FAIL_TRIES_VARIABLE = "SANDBOX_FAIL_TRIES";
const MOST_EXIT_CODE = 255;
const MOST_RUN_SECONDS = 86_400;

/** The unit with at least one replica where it is routed: at a real place the first request would start it, and nobody starts it here. */
export function upUnit(unit: Unit): Unit {
  const { min, max } = unit.replicas;
  if (unit.template.route === undefined || min > 0) return unit;
  return { ...unit, replicas: { min: Math.min(1, max), max } };
}

/** The unit as a simulated cloud is told of it. It crashes when `env.SANDBOX_CRASH` is set or its image has the tag `crash`. */
export function innerUnit(unit: Unit): Unit {
  return withVariables(upUnit(unit), exitCodeOf(unit));
}

/** A job's unit as a simulated cloud is told of it for one try. */
export function innerTry(unit: Unit, { attempt }: RunRef): Unit {
  const failing = wholeNumber(unit.template.env[FAIL_TRIES_VARIABLE]);
  if (failing === undefined) return withVariables(unit, exitCodeOf(unit));
  return withVariables(unit, attempt > failing ? undefined : (exitCodeOf(unit) ?? 1));
}

function withVariables(unit: Unit, exitCode: number | undefined): Unit {
  const { [CRASH_VARIABLE]: _crash, [SECONDS_VARIABLE]: asked, ...env } = unit.template.env;
  const seconds = Math.min(MOST_RUN_SECONDS, wholeNumber(asked) ?? 1);
  const told = {
    ...env,
    ...(exitCode === undefined ? {} : { [CRASH_VARIABLE]: String(exitCode) }),
    ...(asked === undefined ? {} : { [SECONDS_VARIABLE]: String(seconds) }),
  };
  return { ...unit, template: { ...unit.template, env: told } };
}

function exitCodeOf({ template }: Unit): number | undefined {
  const asked = template.env[CRASH_VARIABLE];
  if (asked === undefined) return tagOf(template.image) === "crash" ? 1 : undefined;
  return /^[1-9]\d{0,2}$/.test(asked) ? Math.min(Number(asked), MOST_EXIT_CODE) : 1;
}

function tagOf(image: string): string | undefined {
  const parsed = parseImage(image);
  return typeof parsed === "string" ? undefined : parsed.tag;
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
