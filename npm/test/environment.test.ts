import assert from "node:assert/strict";
import { test } from "node:test";

import { uvEnvironment, withoutForeignEnvironments } from "../src/environment.js";
import {
  configuredIndex,
  hideCredentials,
  settingsForPip,
  settingsForUv,
  withoutCredentials,
} from "../src/net/index-settings.js";

test("nothing that bends Python reaches it", () => {
  const environment = {
    PYTHONPATH: "/x",
    PYTHONHOME: "/y",
    PYTHONSTARTUP: "z",
    VIRTUAL_ENV: "/v",
    CONDA_PREFIX: "/c",
    HOME: "/h",
    HTTPS_PROXY: "p",
  };
  assert.deepEqual(withoutForeignEnvironments(environment), { HOME: "/h", HTTPS_PROXY: "p" });
});

test("uv keeps the settings of where packages come from and loses those of other environments", () => {
  const kept = {
    UV_DEFAULT_INDEX: "i",
    UV_EXTRA_INDEX_URL: "e",
    UV_INDEX_INTERNAL_PASSWORD: "s",
    UV_FIND_LINKS: "f",
    UV_OFFLINE: "1",
    UV_CACHE_DIR: "c",
    UV_HTTP_TIMEOUT: "9",
    UV_KEYRING_PROVIDER: "subprocess",
    SSL_CERT_FILE: "ca",
    NO_PROXY: "::1/128",
  };
  const lost = {
    UV_PYTHON: "3.8",
    UV_SYSTEM_PYTHON: "1",
    UV_TARGET: "t",
    UV_PREFIX: "p",
    UV_PROJECT_ENVIRONMENT: "e",
    UV_REQUIRE_HASHES: "1",
    VIRTUAL_ENV: "v",
  };
  assert.deepEqual(uvEnvironment({ ...kept, ...lost }), { ...kept, NO_COLOR: "1", UV_NO_PROGRESS: "1" });
});

test("pip's settings are passed on where nothing of uv's own is set", () => {
  const pips = { PIP_INDEX_URL: "p", PIP_EXTRA_INDEX_URL: "q", PIP_CERT: "c", PIP_FIND_LINKS: "a b" };
  assert.deepEqual(settingsForUv(pips), {
    UV_DEFAULT_INDEX: "p",
    UV_INDEX: "q",
    SSL_CERT_FILE: "c",
    UV_FIND_LINKS: "a,b",
  });
  assert.deepEqual(settingsForUv({ PIP_INDEX_URL: "p", UV_INDEX_URL: "u" }), {});
});

test("and uv's to pip", () => {
  assert.deepEqual(settingsForPip({ UV_DEFAULT_INDEX: "u", SSL_CERT_FILE: "c" }), {
    PIP_INDEX_URL: "u",
    PIP_CERT: "c",
  });
  assert.deepEqual(
    settingsForPip({ UV_DEFAULT_INDEX: "u", PIP_INDEX_URL: "p", SSL_CERT_FILE: "c", REQUESTS_CA_BUNDLE: "r" }),
    {},
  );
});

test("the configured index is uv's before pip's, without uv's name for it", () => {
  assert.equal(
    configuredIndex({ UV_DEFAULT_INDEX: "corp=http://127.0.0.1/simple", PIP_INDEX_URL: "p" }),
    "http://127.0.0.1/simple",
  );
  assert.equal(configuredIndex({ UV_INDEX_URL: "http://127.0.0.1/a=b:c/" }), "http://127.0.0.1/a=b:c/");
  assert.equal(configuredIndex({ PIP_INDEX_URL: "http://127.0.0.1/p" }), "http://127.0.0.1/p");
  assert.equal(configuredIndex({}), undefined);
});

test("no address is shown with its credentials", () => {
  assert.equal(withoutCredentials("http://user:secret@127.0.0.1:8/simple/?token=secret"), "http://127.0.0.1:8/simple/");
  assert.equal(
    hideCredentials("at http://user:s%40cret@127.0.0.1/x and socks5://t0ken@127.0.0.1"),
    "at http://***@127.0.0.1/x and socks5://***@127.0.0.1",
  );
});
