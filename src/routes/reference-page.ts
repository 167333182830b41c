import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { FAULT_STATUS } from "../domain/fault.ts";
import type { OpenApi } from "./openapi.ts";
import { titleOf } from "./problem.ts";

const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, .path { font-family: ui-monospace, monospace; font-size: .92em; }
nav ul { columns: 3 14rem; padding: 0; list-style: none; }
article { border-top: 1px solid var(--line); padding: .75rem 0; }
h3 { margin: .25rem 0; font-size: 1rem; }
.method { display: inline-block; min-width: 4.2em; font-weight: 700; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
td, th { text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); padding: .3rem .6rem .3rem 0; }
.quiet { opacity: .7; }
`;

/** Nothing is loaded and nothing runs; the one style sheet is known by its hash. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

// Whole, so that not a space can come between the sheet and its hash.
const STYLE_ELEMENT = raw(`<style>${STYLE}</style>`);

type Html = ReturnType<typeof html>;
type Operation = OpenApi["paths"][string][string];

/** The reference as one page: every call with its parameters and answers, and every problem code. Made from the document alone. */
export async function referencePage(document: OpenApi): Promise<string> {
  const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const sections = document.tags.map(({ name, description }) => {
    const own = calls.filter(({ operation }) => list(operation?.["tags"]).includes(name));
    return html`<section id="${name}">
      <h2>${name}</h2>
      <p>${description}</p>
      ${own.map(call)}
    </section>`;
  });
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Berth API</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <h1>Berth API</h1>
        <p>
          JSON or YAML in, JSON out. <code>Authorization: Bearer</code> with a token. The machine's form is
          <a href="/openapi.json">openapi.json</a>.
        </p>
        <nav aria-label="Sections">
          <ul>
            ${document.tags.map(({ name }) => html`<li><a href="#${name}">${name}</a></li>`)}
            <li><a href="#problems">problems</a></li>
          </ul>
        </nav>
        ${sections}
        <section id="problems">
          <h2>Problems</h2>
          <p>Every answer of 400 or more is <code>application/problem+json</code> with one of these codes.</p>
          ${problems()}
        </section>
      </body>
    </html> `;
  return page.toString();
}

function call({
  path,
  method,
  operation,
}: {
  path: string;
  method: string;
  operation: Operation | undefined;
}): Html {
  const parameters = list(operation?.["parameters"]);
  return html`<article id="${textOf(operation?.["operationId"])}">
    <h3><span class="method">${method}</span> <span class="path">${path}</span></h3>
    <p>${prose(textOf(operation?.["summary"]))}. <span class="quiet">${guardOf(operation)}</span></p>
    <p>${prose(textOf(operation?.["description"]))}</p>
    ${
      parameters.length === 0
        ? ""
        : html`<table>
            <tbody>
              ${parameters.map(parameterRow)}
            </tbody>
          </table>`
    }
    <table>
      <tbody>
        ${Object.entries(record(operation?.["responses"])).map(answerRow)}
      </tbody>
    </table>
  </article>`;
}

/** Text with what stands between backticks as code. */
function prose(text: string): readonly (Html | string)[] {
  return text.split("`").map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`));
}

function guardOf(operation: Operation | undefined): string {
  const needs = list(operation?.["security"]).flatMap((one) => Object.entries(record(one)));
  const [scheme, scopes] = needs[0] ?? [];
  if (scheme === undefined) return "Public.";
  return scheme === "token" ? `Needs ${list(scopes).join(", ")}.` : `The agent's own (${scheme}).`;
}

function parameterRow(parameter: unknown): Html {
  const { name, in: where, description, schema } = record(parameter);
  const { type, enum: choices } = record(schema);
  const form = choices === undefined ? textOf(type) : list(choices).join(" | ");
  return html`<tr>
    <td><code>${textOf(name)}</code></td>
    <td class="quiet">${textOf(where)}</td>
    <td>${prose(textOf(description))}</td>
    <td class="quiet">${form}</td>
  </tr>`;
}

function answerRow([status, answer]: [string, unknown]): Html {
  const text = status === "default" ? "A problem." : textOf(record(answer)["description"]);
  return html`<tr>
    <td><code>${status === "default" ? "4xx, 5xx" : status}</code></td>
    <td>${text}</td>
  </tr>`;
}

function problems(): Html {
  const rows = Object.entries(FAULT_STATUS).map(
    ([code, status]) =>
      html`<tr id="problem-${code}">
        <td><code>${code}</code></td>
        <td>${status}</td>
        <td>${titleOf(code)}</td>
      </tr>`,
  );
  return html`<table>
    <thead>
      <tr>
        <th>Code</th>
        <th>Status</th>
        <th>Meaning</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
