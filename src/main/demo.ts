import { loadImage } from "../agent/drivers/images.ts";
import { dialEngine } from "../agent/drivers/dial.ts";
import { helloImage } from "../agent/image/node-image.ts";
import { Mishap } from "./demo/chapters.ts";
import { demoEngine, type DemoEngine } from "./demo/engine.ts";
import { leftBehind, removeImages } from "./demo/left-behind.ts";
import { DEMO_HELP, parseDemoOptions, type DemoOptions } from "./demo/options.ts";
import { sayTo, type Say } from "./demo/say.ts";
import { openStage } from "./demo/stage.ts";
import { tell } from "./demo/story.ts";
import { helloSubject, ownSubject, type Subject } from "./demo/subject.ts";

/** Exit statuses: all of it on a real engine; something went wrong; the command line is wrong; nothing real was started. */
const OK = 0;
const WENT_WRONG = 1;
const USAGE = 2;
const SIMULATED_ONLY = 3;

const startedAt = Date.now();
const seconds = () => (Date.now() - startedAt) / 1_000;
const say = sayTo((text) => process.stderr.write(text), seconds);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = parseDemoOptions(args);
  if (typeof options === "string") {
    process.stderr.write(`${options}\n\n${DEMO_HELP}`);
    return USAGE;
  }
  if (options.help) {
    process.stdout.write(DEMO_HELP);
    return OK;
  }
  const subject = options.file === undefined ? helloSubject() : await ownSubject(options.file);
  if (typeof subject === "string") {
    process.stderr.write(`${subject}\n`);
    return USAGE;
  }
  const engine = options.sandbox ? undefined : await demoEngine(say);
  if (typeof engine === "string") {
    process.stderr.write(`${engine}\n`);
    return WENT_WRONG;
  }
  return play(options, subject, engine);
}

async function play(options: DemoOptions, subject: Subject, engine: DemoEngine | undefined): Promise<number> {
  const result = { engine: engine?.kind ?? "none", requests: 0, failed: 0, left: 0, seconds: 0 };
  let happened = false;
  let agents: readonly string[] = [];
  try {
    if (engine !== undefined) await makeImages(engine, subject, say);
    say.step("start the broker");
    const stage = await openStage(say);
    try {
      const pools = { left: "left", right: "right", engineSocket: engine?.socket };
      const { requests, failed } = await tell(stage, say, subject, pools);
      Object.assign(result, { requests, failed });
      happened = true;
    } finally {
      const ids = await stage.agentIds();
      agents = ids ?? [];
      // Whose leavings to count is not known then, and none counted is not none left.
      if (ids === undefined) happened = false;
      await stage.close();
    }
  } catch (error) {
    say.step(
      error instanceof Mishap
        ? `not as it must be: ${error.message}`
        : `failed: ${String(error instanceof Error ? error.stack : error)}`,
    );
  } finally {
    if (engine !== undefined) {
      result.left = await leftBehind(engine.socket, agents);
      await removeImages(
        engine.socket,
        subject.images.map((image) => image.name),
      );
      await engine.close();
    }
  }
  result.seconds = Math.round(seconds());
  process.stdout.write(`${JSON.stringify(result)}\n`);
  if (!happened || result.failed > 0 || result.left > 0) return WENT_WRONG;
  return options.sandbox ? SIMULATED_ONLY : OK;
}

async function makeImages(engine: DemoEngine, subject: Subject, voice: Say): Promise<void> {
  if (subject.images.length === 0) return;
  voice.step(
    `make ${subject.images.length} small images; no registry is needed (${engine.kind}, ${engine.socket})`,
  );
  const dial = dialEngine({ socketPath: engine.socket });
  for (const { name, version, crash } of subject.images) {
    const env = { HELLO_VERSION: version, ...(crash ? { HELLO_CRASH: "start" } : {}) };
    const image = await helloImage(name, env);
    const load = (archive: NodeJS.ReadableStream) =>
      dial.stream({ method: "POST", path: "/images/load", archive, deadlineMs: 60_000 });
    await loadImage({ load }, image.tar());
    voice.detail(name);
  }
}
