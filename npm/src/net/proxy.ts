import { BlockList, isIP } from "node:net";

import type { Environment } from "../host.js";

/** The proxy that the user's variables name for `url`, if any. */
export function proxyFor(url: URL, environment: Environment): URL | undefined {
  const either = (name: string): string | undefined =>
    environment[name.toLowerCase()] || environment[name.toUpperCase()];
  if (isExempt(url, either("no_proxy") ?? "")) return undefined;
  const proxy = either(url.protocol === "https:" ? "https_proxy" : "http_proxy") ?? either("all_proxy");
  if (!proxy) return undefined;
  const address = proxy.includes("://") ? proxy : `http://${proxy}`;
  if (!URL.canParse(address)) throw new Error("the proxy's address cannot be read");
  return new URL(address);
}

/** NO_PROXY: `*`, names with all that lies below them, addresses, and networks (`10.0.0.0/8`, `fd00::/8`); some with a port. */
function isExempt(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return list
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => matches(entry.toLowerCase(), host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isInNetwork(host, entry);
  const { name, port: wanted } = splitPort(entry);
  if (wanted !== undefined && wanted !== port) return false;
  if (isIP(name) || isIP(host)) return sameAddress(name, host);
  const bare = name.replace(/^\*?\./, "");
  return host === bare || host.endsWith(`.${bare}`);
}

function splitPort(entry: string): { name: string; port: string | undefined } {
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(entry);
  if (bracketed) return { name: bracketed[1] ?? "", port: bracketed[2] };
  if (isIP(entry) === 6) return { name: entry, port: undefined };
  const [name = "", port] = entry.split(":");
  return { name, port };
}

function isInNetwork(host: string, network: string): boolean {
  const [base = "", bits = ""] = network.replace(/[[\]]/g, "").split("/");
  const length = Number(bits);
  const family = isIP(base);
  if (!family || family !== isIP(host) || !Number.isInteger(length) || length < 0 || length > (family === 6 ? 128 : 32))
    return false;
  const list = new BlockList();
  const name = family === 6 ? "ipv6" : "ipv4";
  list.addSubnet(base, length, name);
  return list.check(host, name);
}

function sameAddress(a: string, b: string): boolean {
  return isIP(a) !== 0 && isIP(a) === isIP(b) && isInNetwork(b, `${a}/${isIP(a) === 6 ? 128 : 32}`);
}
