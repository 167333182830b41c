/** Linux allows 4096; nothing a person writes comes near this. */
const MAX_CONTAINER_PATH_CHARS = 1_024;

/** What is wrong with an absolute path inside a container, as a sentence; nothing when it is fine. */
export function containerPathProblem(path: string): string | undefined {
  if (!path.startsWith("/")) return "write an absolute path, one that starts with /";
  if (path.length > MAX_CONTAINER_PATH_CHARS)
    return `a path has at most ${MAX_CONTAINER_PATH_CHARS} characters`;
  if (path === "/") return undefined;
  const parts = path.slice(1).split("/");
  if (parts.some((part) => part === ".." || part === ".")) return "write the path without . and .. in it";
  if (parts.includes("")) return "write the path with single / and none at the end";
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  return /[\u0000-\u001f\u007f]/.test(path) ? "a path may not hold control characters" : undefined;
}

/** As above for a place where something is put: not the root, and without `:`, which Kubernetes and ACI refuse in mount paths. */
export function mountPathProblem(path: string): string | undefined {
  if (path === "/") return "nothing may be put over /; name a folder or file below it";
  return (
    containerPathProblem(path) ??
    (path.includes(":") ? "a path where something is mounted may not hold :" : undefined)
  );
}
