import type { Environment } from "../host.js";

const UV_INDEX_SETTINGS = ["UV_DEFAULT_INDEX", "UV_INDEX_URL"] as const;

/** The package index that the user's variables name, uv's before pip's. */
export function configuredIndex(environment: Environment): string | undefined {
  for (const name of [...UV_INDEX_SETTINGS, "PIP_INDEX_URL"]) {
    const value = environment[name];
    // uv lets an index have a name: `internal=<address>`.
    if (value) return value.replace(/^[\w.-]+=(?=[a-z]+:)/i, "");
  }
  return undefined;
}

/** Where any of these is set, the user has told uv itself where packages come from. */
const UV_SOURCES = [...UV_INDEX_SETTINGS, "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_NO_INDEX", "UV_CONFIG_FILE"] as const;

/** uv reads no setting of pip's; Python's side passes on the same ones. */
export function settingsForUv(environment: Environment): Environment {
  const settings: Record<string, string> = {};
  const pass = (from: string, to: string, convert: (value: string) => string = (value) => value): void => {
    const value = environment[from];
    if (value && !environment[to]) settings[to] = convert(value);
  };
  if (!UV_SOURCES.some((name) => environment[name])) {
    pass("PIP_INDEX_URL", "UV_DEFAULT_INDEX");
    pass("PIP_EXTRA_INDEX_URL", "UV_INDEX");
    pass("PIP_NO_INDEX", "UV_NO_INDEX");
  }
  pass("PIP_FIND_LINKS", "UV_FIND_LINKS", (value) => value.trim().split(/\s+/).join(","));
  pass("PIP_CERT", "SSL_CERT_FILE");
  pass("PIP_TRUSTED_HOST", "UV_INSECURE_HOST");
  return settings;
}

/** Where pip takes packages from, and how: the user's to say. All else of pip's is not. Python's side keeps the same. */
const KEPT_PIP_SETTINGS =
  /^PIP_((EXTRA_)?INDEX_URL|NO_INDEX|FIND_LINKS|(CLIENT_)?CERT|TRUSTED_HOST|PROXY|(DEFAULT_)?TIMEOUT|RETRIES|CONFIG_FILE|(NO_)?CACHE_DIR|KEYRING_PROVIDER|USE_FEATURE|USE_DEPRECATED)$/;

/** Nothing is installed with pip, so that a configuration which forbids it outside virtual environments is met. */
export function withPipSourcesOnly(environment: Environment): Environment {
  const kept = Object.entries(environment).filter(([name]) => !name.startsWith("PIP_") || KEPT_PIP_SETTINGS.test(name));
  return { ...Object.fromEntries(kept), PIP_REQUIRE_VIRTUALENV: "0" };
}

/** Nor pip of uv's. Its own ways of naming certificates stay in force where they are used. */
export function settingsForPip(environment: Environment): Environment {
  const index = environment["PIP_INDEX_URL"] ? undefined : configuredIndex(environment);
  const certificates =
    environment["PIP_CERT"] || environment["REQUESTS_CA_BUNDLE"] ? undefined : environment["SSL_CERT_FILE"];
  return { ...(index && { PIP_INDEX_URL: index }), ...(certificates && { PIP_CERT: certificates }) };
}

/** An address as it may be shown: without user, password or query. */
export function withoutCredentials(address: string): string {
  if (!URL.canParse(address)) return "(an address that cannot be read)";
  const url = new URL(address);
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** Text of other programs, which may quote an address whole. */
export function hideCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, "$1***@");
}
