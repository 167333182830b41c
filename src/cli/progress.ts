import type { Context } from "./context.ts";
import { DEFAULT_COLUMNS } from "./context.ts";
import { paintFor, type Paint } from "./paint.ts";
import type { Step } from "./steps.ts";

/** Shows steps on stderr: in place on a terminal, one plain line for each change in a pipe. */
export interface Progress {
  /** `clock` is shown beside what is under way, on a terminal only. */
  show(steps: readonly Step[], clock: string): void;
  /** Leave the cursor below what was shown; what was under way stays as a line. */
  close(): void;
}

/** Progress for the stderr of this context. */
export function openProgress(ctx: Context): Progress {
  return ctx.stderr.isTTY ? onTerminal(ctx) : inPipe(ctx);
}

function inPipe(ctx: Context): Progress {
  const said = new Map<string, string>();
  return {
    show: (steps) => {
      for (const step of steps) {
        const line = stepLine(step, MARK[step.state], step.text);
        if (step.state === "waiting" || said.get(step.name) === line) continue;
        said.set(step.name, line);
        ctx.stderr.write(`${line}\n`);
      }
    },
    close: () => {},
  };
}

function onTerminal(ctx: Context): Progress {
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
      const lines = [
        ...ended.map((step) =>
          colored(step, fit(stepLine(step, MARK[step.state], step.text), columns), paint),
        ),
        ...active.map((step) =>
          colored(step, withClock(stepLine(step, spinner(frame), step.text), clock, columns), paint),
        ),
      ];
      for (const step of ended) printed.set(step.name, step.text);
      ctx.stderr.write(`${erase(live)}${lines.map((line) => `${line}\n`).join("")}`);
      live = active.length;
    },
    close: () => {
      live = 0;
    },
  };
}

const isOver = (step: Step): boolean => step.state === "done" || step.state === "failed";

const MARK: Readonly<Record<Step["state"], string>> = { waiting: " ", active: "◐", done: "✔", failed: "✘" };
const SPIN = ["◐", "◓", "◑", "◒"] as const;
const spinner = (frame: number): string => SPIN[frame % SPIN.length] ?? "◐";

const NAME_WIDTH = 8;
const stepLine = (step: Step, mark: string, text: string): string =>
  `  ${mark} ${step.name.padEnd(NAME_WIDTH)} ${text}`;

// Up over the live lines, then clear to the end of the screen. A live line is cut to the width, so each is one row.
const erase = (rows: number): string => (rows === 0 ? "" : `\u001B[${rows}A\u001B[J`);

function withClock(line: string, clock: string, columns: number): string {
  const room = columns - clock.length - 2;
  if (room < NAME_WIDTH * 3) return fit(line, columns);
  return `${fit(line, room).padEnd(room)}  ${clock}`;
}

// One column stays free: a full last column makes some terminals wrap.
function fit(line: string, columns: number): string {
  return line.length < columns ? line : `${line.slice(0, Math.max(1, columns - 2))}…`;
}

function colored(step: Step, line: string, paint: Paint): string {
  const mark = line.slice(0, 4);
  const tint = { waiting: paint.faint, active: paint.busy, done: paint.good, failed: paint.bad }[step.state];
  return `${tint(mark)}${line.slice(4)}`;
}
