/** Members that are moments or durations: texts in JSON, `{seconds, nanos}` in protobuf. */
const TIMES = /^(createTime|updateTime|deleteTime|expireTime|startTime|completionTime|lastTransitionTime)$/;
const DURATIONS = /^timeout$/;

type Message = Readonly<Record<string, unknown>>;

/** A gRPC request's message as the JSON that REST would carry. Members that hold nothing are left out. */
export function fromWire(message: Message): Message {
  return objectFrom(message);
}

/** A REST answer's JSON as the message that gRPC carries; `anyOf` packs what stands in an operation. */
export function toWire(json: unknown, anyOf: (value: Message) => object): unknown {
  if (Array.isArray(json)) return json.map((item: unknown) => toWire(item, anyOf));
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]: readonly [string, unknown]) => {
      if (typeof value === "object" && value !== null && "@type" in value)
        return [key, anyOf(Object.fromEntries(Object.entries(toPlain(value))))];
      return [key, wireOf(key, value, anyOf)];
    }),
  );
}

const toPlain = (value: object): object => Object(toWire(value, () => ({})));

function wireOf(key: string, value: unknown, anyOf: (value: Message) => object): unknown {
  if (TIMES.test(key) && typeof value === "string") {
    const ms = Date.parse(value);
    return { seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1_000_000 };
  }
  if (DURATIONS.test(key) && typeof value === "string") return { seconds: Number(value.replace("s", "")) };
  return toWire(value, anyOf);
}

function objectFrom(message: Message): Message {
  return Object.fromEntries(
    Object.entries(message).flatMap(([key, value]) => {
      // proto-loader names the member that is set of each oneof beside it.
      if (value === null || value === undefined || ONEOFS.has(key)) return [];
      return [[key, valueFrom(key, value)] as const];
    }),
  );
}

const ONEOFS: ReadonlySet<string> = new Set([
  "createExecution",
  "volumeType",
  "probeType",
  "values",
  "reasons",
  "result",
  "retries",
]);

function valueFrom(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => valueFrom(key, item));
  if (typeof value !== "object" || value === null) return value;
  if (DURATIONS.test(key) && "seconds" in value) return `${String(value.seconds)}s`;
  return objectFrom(Object.fromEntries(Object.entries(value)));
}
