import { HOSTILE_SPECS } from "./hostile-specs.ts";
import { RULE_BREAKING_SPECS } from "./rule-breaking-specs.ts";

/** Specs that must be refused. `pointers` are the fields named, in the order of the answer. Route tests send the same ones. */
export interface BrokenSpec {
  readonly name: string;
  /** The document as a value, or as a YAML `text` where only a text can say it. */
  readonly document?: unknown;
  readonly text?: string;
  readonly pointers: readonly string[];
}

const good = { name: "web", image: "nginx", port: 80 };
const goodText = "name: web\nimage: nginx\n";

const WRONG_TYPES: readonly BrokenSpec[] = [
  { name: "null", document: null, pointers: [""] },
  { name: "text in place of an object", document: "web", pointers: [""] },
  { name: "a list in place of an object", document: [good], pointers: [""] },
  { name: "an empty object", document: {}, pointers: ["/name", "/image", "/route"] },
  { name: "a number as name", document: { ...good, name: 7 }, pointers: ["/name"] },
  { name: "an unknown kind", document: { ...good, kind: "servce" }, pointers: ["/kind"] },
  { name: "text as port", document: { ...good, port: "80" }, pointers: ["/port"] },
  { name: "a fraction as port", document: { ...good, port: 80.5 }, pointers: ["/port"] },
  { name: "env as a list", document: { ...good, env: ["A=1"] }, pointers: ["/env"] },
  { name: "a number as variable", document: { ...good, env: { LEVEL: 3 } }, pointers: ["/env/LEVEL"] },
  { name: "args as one text", document: { ...good, args: "serve --all" }, pointers: ["/args"] },
  { name: "a number among args", document: { ...good, args: ["serve", 1] }, pointers: ["/args/1"] },
  { name: "an empty field", document: { ...good, health: null }, pointers: ["/health"] },
  { name: "gpu as true", document: { ...good, resources: { gpu: true } }, pointers: ["/resources/gpu"] },
  {
    name: "gpu of no type",
    document: { ...good, resources: { gpu: { type: 4, count: "1" } } },
    pointers: ["/resources/gpu/type", "/resources/gpu/count"],
  },
  {
    name: "gpu of a type in capitals",
    document: { ...good, resources: { gpu: { type: "L4" } } },
    pointers: ["/resources/gpu/type"],
  },
  {
    name: "cpu as a list",
    document: { ...good, resources: { cpu: [1], memory: true } },
    pointers: ["/resources/cpu", "/resources/memory"],
  },
  { name: "policy as a number", document: { ...good, policy: 4 }, pointers: ["/policy"] },
  { name: "an escape that is no object", document: { ...good, "x-ecs": [] }, pointers: ["/x-ecs"] },
  { name: "user as an object", document: { ...good, user: {} }, pointers: ["/user"] },
];

const UNKNOWN_FIELDS: readonly BrokenSpec[] = [
  { name: "command", document: { ...good, command: ["sh"] }, pointers: ["/command"] },
  { name: "a mistyped field", document: { ...good, imgae: "x" }, pointers: ["/imgae"] },
  {
    name: "a mistyped field below",
    document: { ...good, resources: { memmory: "1Gi" } },
    pointers: ["/resources/memmory"],
  },
  { name: "a field of another format", document: { ...good, replicas: 3 }, pointers: ["/replicas"] },
  { name: "a key that needs escaping", document: { ...good, "a/b~c": 1 }, pointers: ["/a~1b~0c"] },
  {
    name: "an unknown field in a list",
    document: { ...good, ports: [{ name: "m", port: 1, hostPort: 2 }] },
    pointers: ["/ports/0/hostPort"],
  },
  {
    name: "an unknown field in gpu",
    document: { ...good, resources: { gpu: { type: "l4", cout: 1 } } },
    pointers: ["/resources/gpu/cout"],
  },
  { name: "an unknown cloud's escape", document: { ...good, "x-fly": {} }, pointers: ["/x-fly"] },
];

const NUMBERS: readonly BrokenSpec[] = [
  { name: "port zero", document: { ...good, port: 0 }, pointers: ["/port"] },
  { name: "a port too high", document: { ...good, port: 65_536 }, pointers: ["/port"] },
  { name: "a negative scale", document: { ...good, scale: { min: -1 } }, pointers: ["/scale/min"] },
  { name: "a giant scale", document: { ...good, scale: { max: 1e300 } }, pointers: ["/scale/max"] },
  { name: "negative cpu", document: { ...good, resources: { cpu: "-500m" } }, pointers: ["/resources/cpu"] },
  { name: "no cpu at all", document: { ...good, resources: { cpu: 0 } }, pointers: ["/resources/cpu"] },
  {
    name: "512 bytes of memory",
    document: { ...good, resources: { memory: 512 } },
    pointers: ["/resources/memory"],
  },
  {
    name: "giant memory",
    document: { ...good, resources: { memory: "9".repeat(30) } },
    pointers: ["/resources/memory"],
  },
  {
    name: "memory in words",
    document: { ...good, resources: { memory: "lots" } },
    pointers: ["/resources/memory"],
  },
  { name: ".nan in YAML", text: `${goodText}port: .nan\n`, pointers: ["/port"] },
  {
    name: ".inf in YAML",
    text: `${goodText}port: 80\nusage: { requestMs: .inf }\n`,
    pointers: ["/usage/requestMs"],
  },
  { name: "1e999", text: `${goodText}port: 80\npriority: 1e999\n`, pointers: ["/priority"] },
];

export const BROKEN_SPECS: readonly BrokenSpec[] = [
  ...WRONG_TYPES,
  ...UNKNOWN_FIELDS,
  ...HOSTILE_SPECS,
  ...NUMBERS,
  ...RULE_BREAKING_SPECS,
];
