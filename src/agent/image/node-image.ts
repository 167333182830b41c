import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { buildImage } from "./build-image.ts";
import type { BuiltImage } from "./build-image.ts";
import type { ImageFile } from "./layer.ts";

const REPORT_MS = 20_000;

/**
 * An image that runs one script on the very Node that runs now: its binary and the libraries it has loaded. Linux with a
 * dynamically linked Node; elsewhere it throws.
 */
export async function nodeImage(options: {
  readonly name: string;
  /** TypeScript or JavaScript file of this host. */
  readonly script: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly node?: string | undefined;
}): Promise<BuiltImage> {
  const node = options.node ?? process.execPath;
  const arch = process.arch === "arm64" ? "arm64" : "amd64";
  const libraries = await librariesOf(node);
  const script = `/app/main${options.script.endsWith(".ts") ? ".ts" : ".mjs"}`;
  const files: readonly ImageFile[] = [
    { path: "/usr/bin/node", mode: 0o755, from: node },
    ...libraries.map((path): ImageFile => ({ path, mode: 0o755, from: path })),
    { path: script, from: options.script },
    { path: "/app/package.json", content: '{"type":"module"}' },
    {
      path: "/etc/passwd",
      content: "root:x:0:0:root:/:/sbin/nologin\napp:x:1000:1000:app:/app:/sbin/nologin\n",
    },
    { path: "/etc/group", content: "root:x:0:\napp:x:1000:\n" },
    { path: "/etc/nsswitch.conf", content: "hosts: files dns\n" },
  ];
  return await buildImage({
    name: options.name,
    arch,
    files,
    entrypoint: ["/usr/bin/node", script],
    env: { NODE_ENV: "production", ...options.env },
    workingDir: "/app",
    user: "1000:1000",
  });
}

/** The image that the demo and the tests deploy: a small HTTP server that answers with `HELLO_VERSION` (`hello.ts` reads the rest). */
export async function helloImage(
  name: string,
  env: Readonly<Record<`HELLO_${string}`, string>>,
): Promise<BuiltImage> {
  const script = fileURLToPath(new URL("hello.ts", import.meta.url));
  return await nodeImage({ name, script, env });
}

/** Absolute paths of the libraries a Node has loaded, its dynamic loader included, as that Node itself reports them. */
async function librariesOf(node: string): Promise<readonly string[]> {
  const ask =
    "process.report.excludeNetwork = true; console.log(JSON.stringify(process.report.getReport().sharedObjects))";
  const { stdout } = await promisify(execFile)(node, ["-e", ask], {
    timeout: REPORT_MS,
    maxBuffer: 1_048_576,
  });
  const objects: unknown = JSON.parse(stdout);
  if (!Array.isArray(objects)) throw new Error("this Node does not report its libraries");
  const paths = objects.filter(
    (path): path is string => typeof path === "string" && path.startsWith("/") && path !== node,
  );
  if (!paths.some((path) => path.includes("/ld-")))
    throw new Error("this Node is not linked to a dynamic loader that an image could carry");
  return [...new Set(paths)].sort();
}
