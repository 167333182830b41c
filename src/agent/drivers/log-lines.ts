/** One line a container wrote. */
export interface LogLine {
  /** When it was written, ms since the epoch; podman knows whole seconds only. */
  readonly at: number;
  readonly stream: "stdout" | "stderr";
  readonly line: string;
}

/** The longest line that is kept, bytes; what is longer is cut into lines of this length. */
const MAX_LINE_BYTES = 65_536;
const HEADER_BYTES = 8;
/** The largest frame an engine may announce, bytes. */
const MAX_FRAME_BYTES = 4 * 1_048_576;

/** Cuts an engine's multiplexed log (Engine API 1.41, `POST /containers/{id}/attach`, "Stream format") into lines. Feed it chunks of any size. */
export class LogSplitter {
  #pending: Buffer = Buffer.alloc(0);
  readonly #open: Record<LogLine["stream"], Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };

  /** Lines that are complete with this chunk. Throws when the bytes are no multiplexed log. */
  push(chunk: Buffer): readonly LogLine[] {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const lines: LogLine[] = [];
    while (this.#pending.length >= HEADER_BYTES) {
      const size = this.#pending.readUInt32BE(4);
      if (size > MAX_FRAME_BYTES || (this.#pending[0] ?? 3) > 2)
        throw new Error("the engine's log is not in its own stream format");
      if (this.#pending.length < HEADER_BYTES + size) break;
      const stream = this.#pending[0] === 2 ? "stderr" : "stdout";
      lines.push(...this.#cut(stream, this.#pending.subarray(HEADER_BYTES, HEADER_BYTES + size)));
      this.#pending = this.#pending.subarray(HEADER_BYTES + size);
    }
    return lines;
  }

  /** What was begun and never ended with a line feed. */
  end(): readonly LogLine[] {
    return (["stdout", "stderr"] as const).flatMap((stream) => {
      const rest = this.#open[stream];
      this.#open[stream] = Buffer.alloc(0);
      return rest.length === 0 ? [] : [parseLine(stream, rest)];
    });
  }

  #cut(stream: LogLine["stream"], bytes: Buffer): readonly LogLine[] {
    let rest = Buffer.concat([this.#open[stream], bytes]);
    const lines: LogLine[] = [];
    for (;;) {
      const feed = rest.indexOf(LINE_FEED);
      const cut =
        feed >= 0 && feed <= MAX_LINE_BYTES ? feed : rest.length > MAX_LINE_BYTES ? MAX_LINE_BYTES : -1;
      if (cut < 0) break;
      lines.push(parseLine(stream, rest.subarray(0, cut)));
      rest = rest.subarray(feed === cut ? cut + 1 : cut);
    }
    this.#open[stream] = rest;
    return lines;
  }
}

const LINE_FEED = 10;

/** The engine puts a time and a space before each line. */
function parseLine(stream: LogLine["stream"], bytes: Buffer): LogLine {
  const text = bytes.toString("utf8");
  const space = text.indexOf(" ");
  const at = Date.parse(text.slice(0, Math.max(space, 0)));
  return Number.isNaN(at)
    ? { at: 0, stream, line: text }
    : { at, stream, line: text.slice(space + 1).replace(/\r$/, "") };
}
