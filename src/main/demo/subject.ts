import { readFile } from "node:fs/promises";
import { parseDocument } from "../../domain/parse-document.ts";

/** What the demo deploys: the document, and how each later chapter changes it. */
export interface Subject {
  readonly name: string;
  readonly document: Readonly<Record<string, unknown>>;
  /** Merge patches: a harmless change, and one whose container ends at once. */
  readonly change: Readonly<Record<string, unknown>>;
  readonly crash: Readonly<Record<string, unknown>>;
  /** Images the demo makes itself; none for a person's own spec. */
  readonly images: readonly { readonly name: string; readonly version: string; readonly crash: boolean }[];
  /** Path to ask under the gateway, and whether slow requests may be mixed in. */
  readonly path: string;
  readonly slow: boolean;
}

const IMAGE = "localhost/berth-hello";

/** The demo's own workload: a small web server in an image made on the spot. */
export function helloSubject(): Subject {
  const image = (version: string) => `${IMAGE}:${version}`;
  return {
    name: "hello",
    document: {
      name: "hello",
      image: image("v1"),
      port: 8080,
      health: { path: "/healthz", intervalSeconds: 1, timeoutSeconds: 1, startupSeconds: 20 },
      resources: { cpu: 0.1, memory: "128Mi" },
      rollout: { deadlineSeconds: 60 },
    },
    change: { spec: { image: image("v2") } },
    crash: { spec: { image: image("crash") } },
    images: [
      { name: image("v1"), version: "v1", crash: false },
      { name: image("v2"), version: "v2", crash: false },
      { name: image("crash"), version: "crash", crash: true },
    ],
    path: "",
    slow: true,
  };
}

/** A person's own spec: changed by an environment variable, crashed by a program that its image does not have. */
export async function ownSubject(file: string): Promise<Subject | string> {
  const text = await readFile(file, "utf8").then(
    (content) => content,
    (error: unknown) => error,
  );
  if (typeof text !== "string")
    return `${file} cannot be read: ${text instanceof Error ? text.message : String(text)}`;
  const read = parseDocument(text, file.endsWith(".json") ? "application/json" : "application/yaml");
  if (!read.ok) return `${file}: ${read.problems.map((problem) => problem.message).join("; ")}`;
  const document = Object.fromEntries(Object.entries(Object(read.document)));
  const { name } = document;
  if (typeof name !== "string") return `${file} has no name.`;
  return {
    name,
    document,
    change: { spec: { env: { BERTH_DEMO: "changed" } } },
    crash: { spec: { entrypoint: ["/berth-demo-no-such-program"], args: [] } },
    images: [],
    path: "",
    slow: false,
  };
}
