/** Reads the text format of Prometheus (0.0.4) strictly: what breaks its rules is thrown. */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly type: string;
  readonly samples: readonly Sample[];
}

const TYPES = ["counter", "gauge", "histogram", "summary", "untyped"];
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;

/** Families by their name. */
export function readMetrics(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith("\n")) throw new Error("expected a line feed at the end");
  const families = new Map<string, { type: string; samples: Sample[] }>();
  const helped = new Set<string>();
  const seen = new Set<string>();
  let current = "";
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, kind, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === "HELP") {
      if (helped.has(name)) throw new Error(`second HELP of ${name}`);
      helped.add(name);
    } else if (kind === "TYPE") {
      if (!helped.has(name) || families.has(name) || !TYPES.includes(rest)) throw new Error(`not a TYPE: ${line}`);
      families.set(name, { type: rest, samples: [] });
      current = name;
    } else {
      const sample = readSample(line);
      const family = families.get(current);
      if (family === undefined || !belongs(sample.name, current, family.type)) throw new Error(`stray sample: ${line}`);
      const identity = line.slice(0, line.lastIndexOf(" "));
      if (seen.has(identity)) throw new Error(`second sample: ${identity}`);
      seen.add(identity);
      if (family.type === "counter" && sample.value < 0) throw new Error(`below 0: ${line}`);
      family.samples.push(sample);
    }
  }
  for (const [name, { type, samples }] of families) if (type === "histogram") checkBuckets(name, samples);
  return families;
}

function readSample(line: string): Sample {
  const match = SAMPLE.exec(line);
  if (match === null) throw new Error(`not a sample: ${line}`);
  const [, name = "", inner = "", value = ""] = match;
  const labels: Record<string, string> = {};
  for (let left = inner; left !== ""; ) {
    const label = LABEL.exec(left);
    if (label === null) throw new Error(`not labels: ${line}`);
    const [whole, key = "", text = ""] = label;
    if (key in labels) throw new Error(`second label ${key}: ${line}`);
    labels[key] = text.replace(/\\(.)/g, (_, one: string) => (one === "n" ? "\n" : one));
    left = left.slice(whole.length);
  }
  if (!/^(?:[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?|[-+]Inf|Nan|NaN)$/i.test(value)) throw new Error(`not a value: ${line}`);
  return { name, labels, value: Number(value.replace("Inf", "Infinity")) };
}

const belongs = (sample: string, family: string, type: string): boolean => {
  const endings =
    type === "histogram" ? ["_bucket", "_sum", "_count"] : type === "summary" ? ["", "_sum", "_count"] : [""];
  return endings.some((ending) => sample === family + ending);
};

/** Buckets rise, and the last one holds all. */
function checkBuckets(name: string, samples: readonly Sample[]): void {
  const series = new Map<string, Sample[]>();
  const keyOf = ({ le: _, ...labels }: Sample["labels"]): string => JSON.stringify(Object.entries(labels).sort());
  for (const sample of samples) series.set(keyOf(sample.labels), [...(series.get(keyOf(sample.labels)) ?? []), sample]);
  for (const [key, all] of series) {
    const buckets = all.filter((sample) => sample.name === `${name}_bucket`);
    const count = all.find((sample) => sample.name === `${name}_count`)?.value;
    const bounds = buckets.map(({ labels }) => Number(labels.le?.replace("+Inf", "Infinity")));
    const rises = buckets.every(
      ({ value }, index) =>
        index === 0 || (value >= (buckets[index - 1]?.value ?? 0) && (bounds[index] ?? 0) > (bounds[index - 1] ?? 0)),
    );
    const whole = bounds.at(-1) === Number.POSITIVE_INFINITY && buckets.at(-1)?.value === count;
    if (!rises || !whole) throw new Error(`buckets of ${name} ${key}`);
  }
}

/** What an admin address gives. */
export async function metricsOf(admin: string): Promise<ReadonlyMap<string, Family>> {
  const response = await fetch(`${admin}/metrics`);
  const type = response.headers.get("content-type");
  if (response.status !== 200 || type !== "text/plain; version=0.0.4; charset=utf-8") {
    throw new Error(`expected metrics, got ${response.status} ${type}`);
  }
  return readMetrics(await response.text());
}

type Labels = Readonly<Record<string, string>>;

/** The value of a sample; undefined where there is none. */
export function sample(families: ReadonlyMap<string, Family>, name: string, labels: Labels = {}): number | undefined {
  const all = [...families.values()].flatMap(({ samples }) => samples);
  return all.find((one) => one.name === name && JSON.stringify(sorted(one.labels)) === JSON.stringify(sorted(labels)))
    ?.value;
}

const sorted = (labels: Labels) => Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1));
