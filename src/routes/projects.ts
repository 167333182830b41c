import { z } from "zod";
import type { Ports } from "../broker/ports.ts";
import { createProject, listProjects } from "../broker/projects.ts";
import { json } from "./answer.ts";
import { id, labels } from "./bodies.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";

const write = endpoint<Ports>();
const Project = z.strictObject({ name: id, labels: labels.optional() });

/** Tenants of the instance. */
export const projectEndpoints: readonly Endpoint<Ports>[] = [
  write({
    method: "POST",
    path: "/v1/projects",
    guard: "projects:write",
    runs: "control",
    tag: "projects",
    summary: "Make a project",
    description: "With its production environment. Only an administrator of the instance may.",
    body: jsonBody(Project),
    answers: { 201: { description: "Made.", schema: "Project" } },
    handler: async ({ ports, body }) => json(201, await createProject(ports, body)),
  }),
  write({
    method: "GET",
    path: "/v1/projects",
    guard: "projects:read",
    runs: "control",
    tag: "projects",
    summary: "List projects",
    description: "All of them for an administrator of the instance; one's own for anyone else.",
    answers: { 200: { description: "The projects.", schema: "ProjectList" } },
    handler: async ({ ports, caller, principal }) =>
      json(200, { projects: await listProjects(ports, caller, principal.scopes.has("instance:admin")) }),
  }),
];
