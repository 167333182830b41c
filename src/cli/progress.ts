import type { Context } from "./context.ts";
import { DEFAULT_COLUMNS } from "./context.ts";
import { printable } from "../render/printable.ts";
import { paintFor, type Paint } from "./paint.ts";

/** One thing that is followed: a step of a plan, or a workload of a change. `text` changes only when there is something new to say. */
export interface ProgressLine {
  readonly name: string;
  readonly state: "waiting" | "active" | "done" | "failed";
  readonly text: string;
}

/** Shows what is followed on stderr: in place on a terminal, one plain line for each change in a pipe. */
export interface Progress {
  /** `clock` is shown beside what is under way, on a terminal only. */
  show(lines: readonly ProgressLine[], clock: string): void;
  /** Leave the cursor below what was shown; what was under way stays as a line. */
  close(): void;
}

/** Columns for the name of a step. */
const NAME_WIDTH = 8;
/** Lines that are drawn again and again; a terminal of 24 rows has to hold them all. */
const MAX_LIVE = 16;

/** Progress for the stderr of this context, with so many columns for names. */
export function openProgress(ctx: Context, nameWidth = NAME_WIDTH): Progress {
  const lineOf: LineText = (line, mark) => `  ${mark} ${line.name.padEnd(nameWidth)} ${printable(line.text)}`;
  return ctx.stderr.isTTY ? onTerminal(ctx, lineOf) : inPipe(ctx, lineOf);
}

type LineText = (line: ProgressLine, mark: string) => string;

function inPipe(ctx: Context, lineOf: LineText): Progress {
  const said = new Map<string, string>();
  return {
    show: (steps) => {
      for (const step of steps) {
        const line = lineOf(step, MARK[step.state]);
        if (step.state === "waiting" || said.get(step.name) === line) continue;
        said.set(step.name, line);
        ctx.stderr.write(`${line}\n`);
      }
    },
    close: () => {},
  };
}

function onTerminal(ctx: Context, lineOf: LineText): Progress {
  const paint = paintFor(ctx, ctx.stderr);
  const printed = new Map<string, string>();
  let live = 0;
  let frame = 0;
  return {
    show: (steps, clock) => {
      frame += 1;
      const columns = ctx.stderr.columns ?? DEFAULT_COLUMNS;
      const ended = steps.filter((step) => isOver(step) && printed.get(step.name) !== step.text);
      const active = steps.filter((step) => step.state === "active");
      const shown = active.length > MAX_LIVE ? active.slice(0, MAX_LIVE - 1) : active;
      const hidden = active.length - shown.length;
      const drawn = [
        ...shown.map((step) => colored(step, withClock(lineOf(step, spinner(frame)), clock, columns), paint)),
        ...(hidden === 0 ? [] : [`    and ${hidden} more under way`]),
      ];
      const lines = [
        ...ended.map((step) => colored(step, fit(lineOf(step, MARK[step.state]), columns), paint)),
        ...drawn,
      ];
      for (const step of ended) printed.set(step.name, step.text);
      ctx.stderr.write(`${erase(live)}${lines.map((line) => `${line}\n`).join("")}`);
      live = drawn.length;
    },
    close: () => {
      live = 0;
    },
  };
}

const isOver = (step: ProgressLine): boolean => step.state === "done" || step.state === "failed";

const MARK: Readonly<Record<ProgressLine["state"], string>> = {
  waiting: " ",
  active: "◐",
  done: "✔",
  failed: "✘",
};
const SPIN = ["◐", "◓", "◑", "◒"] as const;
const spinner = (frame: number): string => SPIN[frame % SPIN.length] ?? "◐";

// Up over the live lines, then clear to the end of the screen. A live line is cut to the width, so each is one row.
const erase = (rows: number): string => (rows === 0 ? "" : `\u001B[${rows}A\u001B[J`);

function withClock(line: string, clock: string, columns: number): string {
  const room = columns - clock.length - 2;
  if (room < LEAST_TEXT) return fit(line, columns);
  return `${fit(line, room).padEnd(room)}  ${clock}`;
}

/** With fewer columns than this beside it, the clock is left out. */
const LEAST_TEXT = 24;

// One column stays free: a full last column makes some terminals wrap.
function fit(line: string, columns: number): string {
  return line.length < columns ? line : `${line.slice(0, Math.max(1, columns - 2))}…`;
}

function colored(step: ProgressLine, line: string, paint: Paint): string {
  const mark = line.slice(0, 4);
  const tint = { waiting: paint.faint, active: paint.busy, done: paint.good, failed: paint.bad }[step.state];
  return `${tint(mark)}${line.slice(4)}`;
}
