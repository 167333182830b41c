import { expect } from "vitest";
import { allEndpoints } from "../../src/routes/all.ts";
import { ANSWERS, problemSchema } from "../../src/routes/schemas/answers.ts";

/** Holds an answer against what the endpoint says it answers: status, media type, and every field of the body. */
export function assertAsDocumented(
  method: string,
  path: string,
  status: number,
  type: string,
  body: unknown,
): void {
  if (status >= 400) {
    expect(type, `${method} ${path} answers ${status}`).toBe("application/problem+json");
    const parsed = problemSchema.safeParse(body);
    expect(parsed.error?.issues, `${method} ${path} answers a problem`).toBeUndefined();
    return;
  }
  const endpoint = endpointOf(method, path);
  if (endpoint === undefined) return;
  const answer = endpoint.answers[status];
  expect(answer, `${method} ${endpoint.path} says that it answers ${status}`).toBeDefined();
  if (answer?.schema === undefined || !type.endsWith("json")) return;
  const parsed = ANSWERS[answer.schema].safeParse(body);
  expect(parsed.error?.issues, `${method} ${endpoint.path} answers a ${answer.schema}`).toBeUndefined();
}

/** The endpoint that serves a path, literal segments before parameters. */
export function endpointOf(method: string, path: string) {
  const wanted = path.split("?")[0] ?? "";
  const fitting = allEndpoints.filter(
    (endpoint) =>
      endpoint.method === method &&
      new RegExp(`^${endpoint.path.replaceAll(/\{[^}]*\}/g, "[^/]+").replaceAll(".", "\\.")}$`).test(wanted),
  );
  return fitting.sort((a, b) => a.path.split("{").length - b.path.split("{").length)[0];
}
