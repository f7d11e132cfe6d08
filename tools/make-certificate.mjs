// Makes conformance/certificate anew: what an HTTPS server shows that the kit judges. Its key is known to everybody and protects nothing. Needs openssl.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const NAMES = ["one.kit.example", "two.kit.example"];
/** For clocks that are wrong by years too. */
const [FROM, UNTIL] = ["20200101000000Z", "21200101000000Z"];

const target = fileURLToPath(new URL("../conformance/certificate", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "flatend-certificate-"));
const place = (name) => join(folder, name).replaceAll("\\", "/");

function openssl(...words) {
  const { status, error } = spawnSync("openssl", words, { stdio: ["ignore", "inherit", "pipe"], encoding: "utf8" });
  if (status !== 0) throw error ?? new Error(`openssl ${words[0]} ended with ${status}`);
}

writeFileSync(place("index"), "");
writeFileSync(
  place("config"),
  `[ca]
default_ca = kit
[kit]
database = ${place("index")}
new_certs_dir = ${place("")}
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
basicConstraints = critical, CA:TRUE
subjectAltName = ${NAMES.map((name) => `DNS:${name}`).join(", ")}
`,
);
try {
  const key = join(target, "key.pem");
  openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key);
  openssl("req", "-new", "-key", key, "-subj", "/CN=kit.example", "-out", place("request"));
  openssl(
    ...["ca", "-batch", "-notext", "-selfsign", "-config", place("config"), "-keyfile", key, "-in", place("request")],
    ...["-startdate", FROM, "-enddate", UNTIL, "-out", join(target, "certificate.pem")],
  );
} finally {
  rmSync(folder, { recursive: true });
}
