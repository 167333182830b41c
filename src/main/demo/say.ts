/** The demo's voice: steps and commands on stderr, so that stdout's last line is the result. */
export interface Say {
  step(title: string): void;
  /** A command a person could type now. */
  command(line: string): void;
  detail(line: string): void;
  /** Text as it is: a table, log lines. */
  block(text: string): void;
}

/** Writes plain lines with the seconds since the start. */
export function sayTo(write: (text: string) => void, seconds: () => number): Say {
  return {
    step: (title) => write(`\n[${seconds().toFixed(1).padStart(5)} s] ${title}\n`),
    command: (line) => write(`  $ ${line}\n`),
    detail: (line) => write(`    ${line}\n`),
    block: (text) => write(`${text.replaceAll(/^(?=.)/gm, "    ")}\n`),
  };
}
