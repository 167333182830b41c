import { afterAll, beforeAll } from "vitest";
import { type BrokerProcess, startBroker } from "./broker-process.ts";
import { desk, type DeskOptions } from "./desk.ts";

const PATIENCE_MS = 60_000;

/** A broker as `npm start` runs it, for all tests of a file, and the command line in front of it. */
export interface RealBroker extends Omit<BrokerProcess, "stop"> {
  /** One command line against that broker: its exit code, and what it wrote. */
  readonly berth: (line: string, options?: DeskOptions) => Promise<Ran>;
}

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** Starts that broker before the tests of the file, and ends it after them. Its command lines find these files. */
export function realBroker(files: Readonly<Record<string, string>> = {}): RealBroker {
  let process: BrokerProcess | undefined;
  const running = (): BrokerProcess => {
    if (process === undefined) throw new Error("no broker runs outside a test");
    return process;
  };
  beforeAll(async () => {
    process = await startBroker();
  }, PATIENCE_MS);
  afterAll(async () => {
    await process?.stop();
  }, PATIENCE_MS);
  return {
    get access() {
      return running().access;
    },
    get folder() {
      return running().folder;
    },
    said: () => running().said(),
    end: () => running().end(),
    async berth(line, options = {}) {
      const cli = desk({ ...running().access, realTime: true, files, ...options });
      const exit = await cli.run(...line.split(" "));
      return { exit, out: cli.out(), err: cli.err() };
    },
  };
}
