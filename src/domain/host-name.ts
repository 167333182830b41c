/** RFC 1035, section 2.3.4: 253 characters without the final dot, 63 a label. */
const MAX_HOST_CHARS = 253;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What is wrong with a public host name, as a sentence; nothing when it is fine. */
export function hostNameProblem(host: string): string | undefined {
  if (host.length > MAX_HOST_CHARS) return `a host name has at most ${MAX_HOST_CHARS} characters`;
  if (host.startsWith("*.")) return "a wildcard is not a host name; list each host";
  if (host.includes("://") || host.includes("/"))
    return "write the host name alone, without a scheme or a path";
  if (host !== host.toLowerCase()) return `write the host name in lower case: ${host.toLowerCase()}`;
  if (/[^\u0020-\u007e]/.test(host)) return "write the host name in its ASCII form, which starts with xn--";
  const labels = host.split(".");
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label)))
    return "write a host name such as shop.example.com";
  return /^\d+$/.test(labels.at(-1) ?? "")
    ? "an address is not a host name; write a name such as shop.example.com"
    : undefined;
}
