// The recipes: each fits the package, its own configuration and the others. No network and no daemon is asked.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { parseArguments } from "../src/cli/arguments.ts";
import { readConfiguration } from "../src/config/load.ts";
import { settingsOf } from "../src/config/settings.ts";
import { build } from "./processes.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "gateway/recipes");
const text = (name: string): string => readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n");
const configuration = text("config.toml");
const settings = settingsOf(readConfiguration(configuration, "config.toml"));
const http = settings.servers[0]?.addresses[0]?.port ?? 0;
const mesh = Number(settings.addr?.split(":").at(-1));
const STATE = "/var/lib/flatend";
const CONFIG = "/etc/flatend/config.toml";
const HEALTH = "/healthz";

/** Whether these are arguments with which the gateway serves by the configuration of the recipe. */
function expectServing(args: readonly string[]): void {
  expect(parseArguments(args)).toMatchObject({ command: "run", config: CONFIG });
}

describe("the configuration", () => {
  beforeAll(build, 180_000);

  test("is valid for the command, keeps its key in the folder of state, and has a route for probes", () => {
    const bin = join(root, "gateway/bin/flatend-gateway.js");
    const { status, stdout } = spawnSync(process.execPath, [bin, "check"], { cwd: folder, encoding: "utf8" });
    expect([status, stdout]).toEqual([0, "config.toml is valid.\n"]);
    expect(settings.key).toBe(`${STATE}/flatend.key`);
    const health = settings.servers[0]?.routes.find((route) => route.text === `GET ${HEALTH}`);
    expect(existsSync(join(folder, health?.static?.file ?? "none"))).toBe(true);
    expect([http, mesh]).toEqual([8080, 9000]);
  });
});

describe("Dockerfile", () => {
  const lines = text("Dockerfile")
    .replace(/\\\n\s*/g, "")
    .split("\n");
  const instructions = lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [name = "", ...rest] = line.split(" ");
      return { name, rest: rest.join(" ") };
    });
  const all = (name: string): string[] =>
    instructions.filter((instruction) => instruction.name === name).map(({ rest }) => rest);
  const last = instructions.map(({ name }) => name).lastIndexOf("FROM");
  const final = instructions.slice(last);

  test("every instruction is one, and both stages are of the Node that the package wants", () => {
    for (const { name } of instructions) {
      expect(["FROM", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"]).toContain(name);
    }
    expect(all("FROM")).toEqual(["node:20-slim AS build", "node:20-slim"]);
  });

  test("what it copies is there, or is built", () => {
    const script = readFileSync(join(root, "tools/src/executable.ts"), "utf8");
    const ignored = text("Dockerfile.dockerignore").split("\n");
    for (const copied of all("COPY")) {
      const [first = "", ...rest] = copied.split(" ");
      const sources = (first.startsWith("--from=build") ? rest : [first, ...rest]).slice(0, -1);
      for (const source of sources) {
        if (!first.startsWith("--from")) {
          expect([source, existsSync(join(root, source))]).toEqual([source, true]);
          expect(ignored).not.toContain(source);
        } else if (source.endsWith(".mjs")) expect(script).toContain(`"${source.replace("/src/build/", "")}"`);
        else expect(readFileSync(join(root, "tools/src/build-executable.ts"), "utf8")).toContain('"LICENSES.txt"');
      }
    }
    // What is run to build is what this repository has.
    const runs = all("RUN").join("\n");
    for (const [, path] of runs.matchAll(/node (tools)\/dist\/(\S+)\.js/g)) expect(path).toBe("tools");
    for (const [, name] of runs.matchAll(/node tools\/dist\/(\S+)\.js/g)) {
      expect(existsSync(join(root, `tools/src/${name}.ts`))).toBe(true);
    }
  });

  test("it runs the command, as nobody, on the ports of its configuration", () => {
    const command = JSON.parse(all("CMD")[0] ?? "") as string[];
    const [program, script = "", ...args] = command;
    expect(program).toBe("node");
    const put = final
      .find(({ rest }) => rest.includes("flatend-gateway.mjs "))
      ?.rest.split(" ")
      .at(-1);
    expect(script).toBe(`${put}flatend-gateway.mjs`);
    expectServing(args);
    expect(all("EXPOSE")).toEqual([`${mesh} ${http}`]);
    expect(all("VOLUME")).toEqual([STATE]);
    const names = final.map(({ name }) => name);
    expect(final.find(({ name }) => name === "USER")?.rest).toBe("node");
    expect(names.indexOf("USER")).toBeLessThan(names.indexOf("CMD"));
    expect(all("HEALTHCHECK")[0]).toContain(`http://127.0.0.1:${http}${HEALTH}`);
  });
});

test("compose: the gateway by the Dockerfile, HTTP outside and the mesh inside, and a service that dials it", () => {
  const { services, volumes } = parse(text("compose.yaml"), { merge: true });
  const { gateway, hello } = services;
  for (const { build: made } of [gateway, hello]) {
    expect(existsSync(join(folder, made.context, made.dockerfile))).toBe(true);
  }
  expect(gateway.ports).toEqual([`${http}:${http}`]);
  const mounts = (gateway.volumes as string[]).map((mount) => mount.split(":"));
  expect(mounts).toEqual([
    ["./config.toml", CONFIG, "ro"],
    ["state", STATE],
  ]);
  expect(Object.keys(volumes)).toEqual(["state"]);
  expect(hello.environment.ADDR).toBe(`gateway:${mesh}`);
  expect(hello.build.target).toBe("build");
  expect(existsSync(join(root, hello.command[1]))).toBe(true);
  expect(hello.depends_on.gateway.condition).toBe("service_healthy");
});

test("Kubernetes: the configuration is this one, ports and probes fit it, and the user is nobody", () => {
  const documents = parseAllDocuments(text("kubernetes.yaml"), { strict: true });
  expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  const objects = documents.map((document) => document.toJS());
  const of = (kind: string) => objects.filter((object) => object.kind === kind);
  const [map] = of("ConfigMap");
  expect(map.data).toEqual({ "config.toml": configuration, "healthz.txt": text("healthz.txt") });
  const [{ spec }] = of("Deployment");
  const pod = spec.template;
  expect([spec.replicas, spec.strategy.type]).toEqual([1, "Recreate"]);
  expect(spec.selector.matchLabels).toEqual(pod.metadata.labels);
  const [container] = pod.spec.containers;
  const ports = { mesh, http };
  expect(
    Object.fromEntries(
      container.ports.map((port: { name: string; containerPort: number }) => [port.name, port.containerPort]),
    ),
  ).toEqual(ports);
  for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
    expect(container[probe].httpGet).toEqual({ path: HEALTH, port: "http" });
  }
  const { version } = JSON.parse(readFileSync(join(root, "gateway/package.json"), "utf8"));
  expect(container.image).toBe(`flatend-gateway:${version}`);
  expect(pod.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
  expect(container.securityContext).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
  const names = pod.spec.volumes.map(({ name }: { name: string }) => name);
  expect(container.volumeMounts.map(({ name, mountPath }: Record<string, string>) => [name, mountPath])).toEqual([
    [names[0], "/etc/flatend"],
    [names[1], STATE],
  ]);
  expect(pod.spec.volumes[0].configMap.name).toBe(map.metadata.name);
  expect(pod.spec.volumes[1].persistentVolumeClaim.claimName).toBe(of("PersistentVolumeClaim")[0].metadata.name);
  for (const service of of("Service")) {
    expect(service.spec.selector).toEqual(pod.metadata.labels);
    for (const { targetPort } of service.spec.ports) expect(Object.keys(ports)).toContain(targetPort);
  }
});

describe("systemd", () => {
  const unit = text("flatend.service");
  const sections = new Map<string, Map<string, string>>();
  for (const line of unit.split("\n").filter((one) => one !== "" && !one.startsWith("#"))) {
    const section = /^\[(\w+)\]$/.exec(line)?.[1];
    if (section !== undefined) sections.set(section, new Map());
    const [, key = "", value = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (section === undefined) [...sections.values()].at(-1)?.set(key, value);
  }

  test("it serves by the configuration, as a user of its own who has the folder of the key and no other", () => {
    expect([...sections.keys()]).toEqual(["Unit", "Service", "Install"]);
    for (const section of sections.values()) expect([...section.keys()]).not.toContain("");
    const service = sections.get("Service") ?? new Map<string, string>();
    const [program, ...args] = service.get("ExecStart")?.split(" ") ?? [];
    expect(program).toBe("/usr/local/bin/flatend");
    expectServing(args);
    expect(parseArguments(service.get("ExecStartPre")?.split(" ").slice(1) ?? [])).toMatchObject({ command: "check" });
    expect(service.get("ExecReload")).toContain("-HUP");
    expect(`/var/lib/${service.get("StateDirectory")}`).toBe(STATE);
    const hardened = ["DynamicUser", "NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices"];
    for (const key of hardened) expect([key, service.get(key)]).toEqual([key, "yes"]);
    expect(service.get("ProtectSystem")).toBe("strict");
    // It may not forbid what Node needs.
    expect(service.has("MemoryDenyWriteExecute")).toBe(false);
    expect(Number.parseInt(service.get("TimeoutStopSec") ?? "", 10) * 1_000).toBeGreaterThan(
      settings.servers[0]?.timeout.shutdown ?? 0,
    );
  });

  const isThere = spawnSync("systemd-analyze", ["--version"]).status === 0;
  const name = "systemd-analyze finds no fault";
  // There is none for other systems.
  if (!isThere && process.env.CI === "true" && process.platform === "linux") {
    test(name, () => expect.fail("systemd-analyze is not on this machine"));
  } else if (!isThere) {
    console.warn("SKIPPED: systemd-analyze is not on this machine, so nobody has verified flatend.service");
    test.skip(name);
  } else {
    test(name, () => {
      const place = mkdtempSync(join(tmpdir(), "flatend-unit-"));
      try {
        // It wants programs that are there.
        const path = join(place, "flatend.service");
        writeFileSync(path, unit.replaceAll("/usr/local/bin/flatend", process.execPath));
        const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", path], {
          encoding: "utf8",
        });
        expect([status, `${stdout}${stderr}`.split("\n").filter((line) => line.includes("flatend"))]).toEqual([0, []]);
      } finally {
        rmSync(place, { recursive: true });
      }
    });
  }
});
