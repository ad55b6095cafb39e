import assert from "node:assert/strict";
import { test } from "node:test";

import { proxyFor } from "../src/net/proxy.js";

const PROXY = "http://127.0.0.1:3128";

function goesDirectly(address: string, noProxy: string): boolean {
  return proxyFor(new URL(address), { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY, NO_PROXY: noProxy }) === undefined;
}

test("NO_PROXY exempts what it names", () => {
  for (const [address, list] of [
    ["https://a.test/", "*"],
    ["https://a.test/", "b.test, a.test"],
    ["https://a.test/", "b.test a.test"],
    ["https://pkg.a.test/", "a.test"],
    ["https://pkg.a.test/", ".a.test"],
    ["https://pkg.a.test/", "*.a.test"],
    ["https://A.test/", "a.TEST"],
    ["https://a.test:8443/", "a.test:8443"],
    ["https://a.test/", "a.test:443"],
    ["http://127.0.0.1/", "127.0.0.1"],
    ["http://10.1.2.3/", "10.0.0.0/8"],
    ["http://[::1]/", "::1"],
    ["http://[::1]:80/", "[::1]:80"],
    ["http://[fd00::5]/", "fd00::/8"],
    ["http://[fd00::5]/", "10.0.0.0/8,[fd00::]/8"],
    ["http://[0:0::1]/", "::1/128"],
  ] as const) {
    assert.ok(goesDirectly(address, list), `${address} with ${list}`);
  }
});

test("NO_PROXY exempts nothing else, however odd it is", () => {
  for (const [address, list] of [
    ["https://a.test/", ""],
    ["https://nota.test/", "a.test"],
    ["https://a.test:8443/", "a.test:443"],
    ["http://10.1.2.3/", "11.0.0.0/8"],
    ["http://10.1.2.3/", "10.0.0.0/99"],
    ["http://10.1.2.3/", "fd00::/8"],
    ["http://[fe80::1]/", "fd00::/8"],
    ["http://10.1.2.3/", "/8"],
    ["https://a.test/", "10.0.0.0/8,::/0"],
    ["http://110.1.2.3/", "10.1.2.3"],
  ] as const) {
    assert.ok(!goesDirectly(address, list), `${address} with ${list}`);
  }
});

test("each protocol has its proxy, lower case first, a bare host means http", () => {
  const url = new URL("https://a.test/");
  assert.equal(proxyFor(url, { https_proxy: "http://127.0.0.1:1", HTTPS_PROXY: PROXY })?.port, "1");
  assert.equal(proxyFor(url, { HTTP_PROXY: PROXY }), undefined);
  assert.equal(proxyFor(url, { ALL_PROXY: "127.0.0.1:9" })?.href, "http://127.0.0.1:9/");
  assert.equal(proxyFor(url, {}), undefined);
});
