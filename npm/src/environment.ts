import type { Environment } from "./host.js";
import { settingsForUv } from "./net/index-settings.js";

/** Where packages come from, and how: the user's and the company's to say. */
const KEPT_UV_SETTINGS =
  /^UV_(.*INDEX.*|FIND_LINKS|NO_INDEX|OFFLINE|CACHE_DIR|NO_CACHE|CONSTRAINT|HTTP_.*|REQUEST_TIMEOUT|KEYRING_PROVIDER|NATIVE_TLS|SYSTEM_CERTS|INSECURE_HOST|CONCURRENT_.*|LINK_MODE|CONFIG_FILE|CREDENTIALS_DIR)$/;

const FOREIGN_ENVIRONMENTS = /^(PYTHON.*|VIRTUAL_ENV|CONDA_PREFIX|CONDA_DEFAULT_ENV|__PYVENV_LAUNCHER__)$/;

/** The user's variables without those that would make Python or uv work on another environment than ours. */
export function withoutForeignEnvironments(environment: Environment): Environment {
  const kept = Object.entries(environment).filter(([name]) => !FOREIGN_ENVIRONMENTS.test(name));
  return Object.fromEntries(kept);
}

/** The variables for uv: clean, and with pip's settings where nothing of uv's own is set. */
export function uvEnvironment(environment: Environment): Environment {
  const clean = withoutForeignEnvironments(environment);
  const kept = Object.entries(clean).filter(([name]) => !name.startsWith("UV_") || KEPT_UV_SETTINGS.test(name));
  return { ...Object.fromEntries(kept), ...settingsForUv(environment), NO_COLOR: "1", UV_NO_PROGRESS: "1" };
}
