import type { WorkerBundle } from "./worker-bundle.ts";

/** What a Worker may be. */
export interface WorkerRules {
  readonly name: string;
  readonly maxGzipBytes: number;
  /** Folders that have no business in it, wherever they are installed. */
  readonly forbidden: readonly string[];
  /** Packages that make code from text where the runtime lets them and do without where it does not. */
  readonly generators: readonly string[];
}

/** The edge starts as fast as a hello-world: no vendor's SDK, no prices, no policy, no adapter (DESIGN: "Two runtimes"). */
export const EDGE: WorkerRules = {
  name: "edge",
  maxGzipBytes: 100_000,
  forbidden: [
    "node_modules/@aws-sdk/",
    "node_modules/@azure/",
    "node_modules/@google-cloud/",
    "node_modules/dockerode/",
    "node_modules/ws/",
    "node_modules/zod/",
    "node_modules/yaml/",
    "src/adapters/",
    "src/catalog/",
    "src/policy/",
  ],
  generators: [],
};

/** The control Worker stays within what the free plan takes (Cloudflare Workers, limits: 3 MB after compression). */
export const CONTROL: WorkerRules = {
  name: "control",
  maxGzipBytes: 3_000_000,
  forbidden: ["node_modules/dockerode/", "node_modules/ws/", "src/gateway/node/", "src/store/libsql.ts"],
  // Google's client compiles its messages while the Worker starts (src/main/start/control.ts); lodash asks for the global object,
  // readable-stream for a symbol of Function.
  generators: [
    "node_modules/zod/",
    "node_modules/@protobufjs/",
    "node_modules/protobufjs/",
    "node_modules/lodash.camelcase/",
    "node_modules/readable-stream/",
    "node_modules/readable-stream/",
    "node_modules/google-gax/",
    "node_modules/@google-cloud/run/",
  ],
};

/** A call that makes code from text: workerd refuses it while it serves (notes on eval in Cloudflare's documentation). */
const GENERATES = /\beval\s*\(|\bFunction\s*\(|=\s*Function\b/g;

/** Everything that is wrong with a Worker, as sentences. `sourceOf` reads one of its inputs. */
export async function objections(
  bundle: WorkerBundle,
  rules: WorkerRules,
  sourceOf: (input: string) => Promise<string>,
): Promise<readonly string[]> {
  const { name, maxGzipBytes, forbidden, generators } = rules;
  const size =
    bundle.gzipBytes > maxGzipBytes
      ? [`the ${name} Worker has ${bundle.gzipBytes} bytes after gzip; ${maxGzipBytes} are allowed`]
      : [];
  const strangers = bundle.inputs
    .filter((input) => isIn(input, forbidden))
    .map((input) => `the ${name} Worker holds ${input}`);
  const known = bundle.inputs.filter((input) => isIn(input, generators));
  const allowed = (await Promise.all(known.map(sourceOf))).reduce((sum, source) => sum + count(source), 0);
  const found = count(bundle.script);
  const makesCode =
    found > allowed
      ? [`the ${name} Worker makes code from text in ${found} places; ${allowed} are known`]
      : [];
  return [...size, ...strangers, ...makesCode];
}

const isIn = (input: string, folders: readonly string[]): boolean =>
  folders.some((folder) => `/${input}`.includes(`/${folder}`));

const count = (text: string): number => [...text.matchAll(GENERATES)].length;
