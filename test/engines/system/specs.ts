import type { Named } from "./client.ts";
import { BUSYBOX } from "./scene.ts";

type Document = Readonly<Record<string, unknown>>;

const HEALTH = { intervalSeconds: 1, timeoutSeconds: 1, failureThreshold: 2, startupSeconds: 20 };
const SMALL = { resources: { cpu: 0.05, memory: "64Mi" }, rollout: { deadlineSeconds: 60 } };

/** A small web server that answers its version at `/`. */
export function webSpec(name: string, version: string, over: Document = {}): Named {
  const serve = "mkdir /tmp/w; echo $VERSION >/tmp/w/index.html; echo ok >/tmp/w/healthz";
  return {
    ...SMALL,
    name,
    image: BUSYBOX,
    entrypoint: ["/bin/sh", "-c"],
    args: [`${serve}; exec httpd -f -p $PORT -h /tmp/w`],
    env: { VERSION: version },
    port: 8080,
    health: { ...HEALTH, path: "/healthz" },
    stopGraceSeconds: 1,
    ...over,
  };
}

/** A worker whose process carries a marker, so that its copies can be counted. It ends only when it is killed. */
export function workerSpec(name: string, marker: string, over: Document = {}): Named {
  return {
    ...SMALL,
    name,
    kind: "worker",
    image: BUSYBOX,
    entrypoint: ["/bin/sh", "-c"],
    args: ["trap '' TERM; while :; do sleep 0.2; done", marker],
    health: { aliveSeconds: 1 },
    stopGraceSeconds: 1,
    ...over,
  };
}
