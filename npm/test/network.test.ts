import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { connect, type AddressInfo } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

import type { Environment } from "../src/host.js";
import { get, type Response } from "../src/net/get.js";
import { fileOn, projectPage } from "../src/net/simple-index.js";
import { temporaryDirectory } from "./support.js";

/** Serve on a loopback port until the test ends; its address, without a slash at the end. */
async function serve(t: TestContext, server: http.Server, protocol = "http"): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const fetch = (address: string, environment: Environment = {}): Promise<Response> =>
  get(new URL(address), { environment: { UV_HTTP_RETRIES: "0", ...environment }, accept: "*/*", limit: 1000 });

test("redirections are followed, and what they lead to is the base of links", async (t) => {
  const server = http.createServer((request, answer) => {
    if (request.url === "/there/") answer.end("here");
    else answer.writeHead(302, { location: "/there/" }).end();
  });
  const address = await serve(t, server);
  const answer = await fetch(`${address}/here`);
  assert.equal(answer.body.toString(), "here");
  assert.equal(answer.url.href, `${address}/there/`);
});

test("a circle of redirections ends", async (t) => {
  const address = await serve(
    t,
    http.createServer((_, answer) => void answer.writeHead(302, { location: "/" }).end()),
  );
  await assert.rejects(fetch(address), /redirects more than 5 times/);
});

test("an index that fails for a moment is asked again", async (t) => {
  let requests = 0;
  const server = http.createServer((_, answer) => void answer.writeHead(++requests < 3 ? 503 : 200).end("ok"));
  const address = await serve(t, server);
  assert.equal((await fetch(address, { UV_HTTP_RETRIES: "2" })).body.toString(), "ok");
});

test("a refusal is final", async (t) => {
  let requests = 0;
  const address = await serve(
    t,
    http.createServer((_, answer) => void answer.writeHead(++requests && 404).end()),
  );
  await assert.rejects(fetch(address, { UV_HTTP_RETRIES: "2" }), /answered 404/);
  assert.equal(requests, 1);
});

test("an answer that is cut off is an error", async (t) => {
  const server = http.createServer((_, answer) => {
    answer.writeHead(200, { "content-length": "100" });
    answer.write("half", () => answer.destroy());
  });
  await assert.rejects(fetch(await serve(t, server)), /aborted/);
});

test("an answer that does not end is cut off", async (t) => {
  const server = http.createServer((_, answer) => {
    const timer = setInterval(() => answer.write("x".repeat(500)), 1);
    answer.on("close", () => clearInterval(timer));
  });
  await assert.rejects(fetch(await serve(t, server)), /more than 1000 bytes/);
});

test("an index that says nothing is given up", async (t) => {
  const address = await serve(
    t,
    http.createServer(() => {}),
  );
  await assert.rejects(fetch(address, { UV_HTTP_TIMEOUT: "1" }), /no answer within 1 seconds/);
});

test("an index that is not there is told by its address, without its password", async () => {
  await assert.rejects(fetch("http://ann:secret@127.0.0.1:9/simple/uv/"), (thrown: Error) => {
    assert.match(thrown.message, /^http:\/\/127\.0\.0\.1:9\/simple\/uv\/: .*ECONNREFUSED/);
    assert.doesNotMatch(thrown.message, /secret/);
    return true;
  });
});

test("credentials in the address become a header, for the index and for its proxy", async (t) => {
  const seen: (string | undefined)[] = [];
  const proxy = http.createServer((request, answer) => {
    seen.push(request.url, request.headers.authorization, request.headers["proxy-authorization"]);
    answer.end();
  });
  const address = new URL(await serve(t, proxy));
  await fetch("http://ann:s%20t@index.test/simple/uv/", { HTTP_PROXY: `http://bob:pw@${address.host}` });
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
  assert.deepEqual(seen, ["http://index.test/simple/uv/", basic("ann:s t"), basic("bob:pw")]);
});

test("through a proxy TLS is spoken with the index itself, trusted by SSL_CERT_FILE only", async (t) => {
  const directory = temporaryDirectory(t);
  const [key, certificate] = [join(directory, "key.pem"), join(directory, "certificate.pem")];
  const names = ["-subj", "/CN=index.test", "-addext", "subjectAltName=DNS:index.test"];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "2",
      "-keyout",
      key,
      "-out",
      certificate,
      ...names,
    ],
    { stdio: "ignore" },
  );
  const index = https.createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, answer) => void answer.end(`safe ${request.url}`),
  );
  const indexPort = new URL(await serve(t, index, "https")).port;
  const targets: (string | undefined)[] = [];
  const proxy = http.createServer().on("connect", (request, socket) => {
    targets.push(request.url);
    const onward = connect(Number(indexPort), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    socket.on("error", () => onward.destroy());
  });
  const environment = { HTTPS_PROXY: await serve(t, proxy) };
  const answer = await fetch("https://index.test/simple/", { ...environment, SSL_CERT_FILE: certificate });
  assert.equal(answer.body.toString(), "safe /simple/");
  assert.deepEqual(targets, ["index.test:443"]);
  await assert.rejects(fetch("https://index.test/simple/", environment), /self-signed certificate/);
});

test("a proxy that refuses is named", async (t) => {
  const proxy = http.createServer().on("connect", (_, socket) => void socket.end("HTTP/1.1 407 No\r\n\r\n"));
  const address = await serve(t, proxy);
  await assert.rejects(fetch("https://index.test/", { HTTPS_PROXY: address }), /the proxy .* answered 407/);
});

const page = (body: string, contentType: string): Response => ({
  url: new URL("http://ann:pw@127.0.0.1/simple/uv/"),
  contentType,
  body: Buffer.from(body),
});
const WHEEL = "uv-1.0-py3-none-any.whl";

test("a file is found by its exact name, in either form of an index", () => {
  const html = `<a href="../../files/old-${WHEEL}#sha256=1">no</a><a data-x='1' href='../../files/${WHEEL}?a=1&amp;b=2#sha256=2'>yes</a>`;
  assert.equal(fileOn(page(html, "text/html"), WHEEL)?.href, `http://ann:pw@127.0.0.1/files/${WHEEL}?a=1&b=2#sha256=2`);
  const json = JSON.stringify({
    files: [{ url: `http://127.0.0.1:8/old-${WHEEL}` }, { url: `http://127.0.0.1:8/${WHEEL}` }, {}],
  });
  assert.equal(fileOn(page(json, "application/vnd.pypi.simple.v1+json"), WHEEL)?.href, `http://127.0.0.1:8/${WHEEL}`);
  assert.equal(fileOn(page("{}", "application/json"), WHEEL), undefined);
  assert.equal(fileOn(page("", "text/html"), WHEEL), undefined);
});

test("a project's page lies below its index, with or without a slash at the end", () => {
  for (const index of ["http://127.0.0.1/simple", "http://127.0.0.1/simple/"]) {
    assert.equal(projectPage(new URL(index), "uv").href, "http://127.0.0.1/simple/uv/");
  }
});
