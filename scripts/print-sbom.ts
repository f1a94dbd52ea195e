// `npm run -s sbom`: what runs in production, as CycloneDX 1.5, from package-lock.json alone. `npm sbom --omit dev` leaves out
// whatever a development package asks for too (graphql, pg, ws …), and calls the project by the name of its directory;
// CycloneDX's own tool lists what is installed rather than what runs, not the console, and wants an install script.
import { randomUUID } from "node:crypto";
import { type Lock, nameOf, needs, readLock, running } from "./locked-packages.ts";

const lock = readLock();
const paths = running(lock);

const purl = (name: string, version: string) => `pkg:npm/${name.replace("@", "%40")}@${encodeURIComponent(version)}`;

/** Of one name and version there is one component, wherever its copies are. */
function describe(lock: Lock, path: string) {
  const { version, license, integrity, name = nameOf(path) } = lock[path]!;
  return {
    "bom-ref": purl(name, version),
    type: path === "" ? "application" : "library",
    name,
    version,
    ...(path !== "" && { scope: "required" }),
    ...(integrity !== undefined && { hashes: [hash(integrity)] }),
    ...(license !== undefined && { licenses: [licence(license)] }),
    purl: purl(name, version),
  };
}

/** From `sha512-` and base64. */
function hash(integrity: string) {
  const [algorithm = "", digest = ""] = integrity.split("-", 2);
  return { alg: algorithm.replace("sha", "SHA-"), content: Buffer.from(digest, "base64").toString("hex") };
}

/** An SPDX id is one word; several, joined, are an expression, and the rest is nothing but a name. */
function licence(text: string) {
  if (/^[\w.+-]+$/.test(text)) return { license: { id: text } };
  return / (AND|OR|WITH) /.test(text) ? { expression: text } : { license: { name: text } };
}

const refOf = (path: string) => describe(lock, path)["bom-ref"];
const dependsOn = new Map<string, Set<string>>();
for (const path of ["", ...paths]) {
  const known = dependsOn.get(refOf(path)) ?? [];
  dependsOn.set(refOf(path), new Set([...known, ...needs(lock, path).map(refOf)]));
}

const components = new Map(paths.map((path) => [refOf(path), describe(lock, path)]));
const bom = {
  $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.5",
  serialNumber: `urn:uuid:${randomUUID()}`,
  version: 1,
  metadata: { timestamp: new Date().toISOString(), component: describe(lock, "") },
  components: [...components.values()],
  dependencies: [...dependsOn].map(([ref, refs]) => ({ ref, dependsOn: [...refs].sort() })),
};
process.stdout.write(`${JSON.stringify(bom, null, 2)}\n`);
