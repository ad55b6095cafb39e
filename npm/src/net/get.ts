import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import * as tls from "node:tls";
import type { Socket } from "node:net";

import { reasonOf } from "../errors.js";
import type { Environment } from "../host.js";
import { withoutCredentials } from "./index-settings.js";
import { proxyFor } from "./proxy.js";

export interface Response {
  /** After redirections; the base of relative links. */
  readonly url: URL;
  readonly contentType: string;
  readonly body: Buffer;
}

export interface GetOptions {
  readonly environment: Environment;
  readonly accept: string;
  /** Bytes; a longer answer is cut off as an error. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

const REDIRECTIONS = 5;

/** An answer that trying again will not change. */
class FinalAnswer extends Error {}

/**
 * GET an address over the user's proxy and certificates. Tries again as often as `UV_HTTP_RETRIES` says (2 unless set).
 * Rejects with a reason free of credentials.
 */
export async function get(address: URL, options: GetOptions): Promise<Response> {
  const retries = wholeNumber(options.environment["UV_HTTP_RETRIES"], 2);
  for (let attempt = 0; ; attempt++) {
    try {
      return await follow(address, options);
    } catch (thrown) {
      if (attempt >= retries || thrown instanceof FinalAnswer || options.signal?.aborted) {
        throw new Error(`${withoutCredentials(address.href)}: ${reasonOf(thrown)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt));
    }
  }
}

async function follow(address: URL, options: GetOptions): Promise<Response> {
  let url = address;
  for (let hop = 0; hop <= REDIRECTIONS; hop++) {
    const answer = await request(url, options);
    const status = answer.statusCode ?? 0;
    if (status >= 300 && status < 400 && answer.headers.location) {
      answer.resume();
      const next = new URL(answer.headers.location, url);
      if (url.protocol === "https:" && next.protocol !== "https:")
        throw new FinalAnswer("redirects to an address without TLS");
      url = next;
      continue;
    }
    if (status !== 200) {
      answer.destroy();
      throw new (status >= 500 || status === 429 ? Error : FinalAnswer)(
        `answered ${status} ${answer.statusMessage ?? ""}`.trim(),
      );
    }
    return { url, contentType: answer.headers["content-type"] ?? "", body: await bodyOf(answer, options) };
  }
  throw new FinalAnswer(`redirects more than ${REDIRECTIONS} times`);
}

async function request(url: URL, options: GetOptions): Promise<http.IncomingMessage> {
  if (!["http:", "https:"].includes(url.protocol))
    throw new FinalAnswer(`${url.protocol} is not a protocol of package indexes that ktx reads`);
  const proxy = proxyFor(url, options.environment);
  const secure = url.protocol === "https:";
  const timeout = 1000 * wholeNumber(options.environment["UV_HTTP_TIMEOUT"], 30);
  const headers: http.OutgoingHttpHeaders = {
    host: url.host,
    accept: options.accept,
    "user-agent": "ktx",
    ...credentials(url, "authorization"),
  };
  const common = { method: "GET", headers, timeout, signal: options.signal };
  const socket = proxy && secure ? await tunnel(url, proxy, options, timeout) : undefined;
  return new Promise((resolve, reject) => {
    const made = secure
      ? https.request(url, {
          ...common,
          ca: authorities(options.environment),
          ...(socket && { createConnection: () => encrypt(socket, url, options.environment) }),
        })
      : http.request(
          proxy
            ? {
                ...common,
                ...destination(proxy),
                path: withoutUser(url),
                headers: { ...headers, ...credentials(proxy, "proxy-authorization") },
              }
            : { ...common, ...destination(url), path: url.pathname + url.search },
        );
    made.once("timeout", () => made.destroy(new Error(`no answer within ${timeout / 1000} seconds`)));
    made.once("error", reject);
    made.once("response", resolve);
    made.end();
  });
}

/** A connection through the proxy, over which TLS is then spoken with the index itself. */
function tunnel(url: URL, proxy: URL, options: GetOptions, timeout: number): Promise<Socket> {
  const target = `${url.hostname}:${url.port || 443}`;
  const headers = { host: target, ...credentials(proxy, "proxy-authorization") };
  const common = {
    method: "CONNECT",
    path: target,
    headers,
    timeout,
    signal: options.signal,
    agent: false as const,
    ...destination(proxy),
  };
  return new Promise((resolve, reject) => {
    const made =
      proxy.protocol === "https:"
        ? https.request({ ...common, ca: authorities(options.environment) })
        : http.request(common);
    made.once("timeout", () => made.destroy(new Error(`the proxy did not answer within ${timeout / 1000} seconds`)));
    made.once("error", (thrown) => reject(new Error(`the proxy ${withoutCredentials(proxy.href)}: ${thrown.message}`)));
    made.once("connect", (answer, socket) => {
      if (answer.statusCode === 200) resolve(socket as Socket);
      else {
        socket.destroy();
        reject(
          new FinalAnswer(`the proxy ${withoutCredentials(proxy.href)} answered ${answer.statusCode ?? "nothing"}`),
        );
      }
    });
    made.end();
  });
}

function encrypt(socket: Socket, url: URL, environment: Environment): tls.TLSSocket {
  return tls.connect({ socket, servername: url.hostname, ca: authorities(environment) });
}

async function bodyOf(answer: http.IncomingMessage, options: GetOptions): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > options.limit) throw new FinalAnswer(`sends more than ${options.limit} bytes`);
  }
  return Buffer.concat(chunks);
}

/** Node's own authorities and those of the user's file; undefined leaves node its default. */
function authorities(environment: Environment): string[] | undefined {
  const file = environment["SSL_CERT_FILE"];
  return file ? [...tls.rootCertificates, readFileSync(file, "utf8")] : undefined;
}

function destination(url: URL): { host: string; port: number } {
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || (url.protocol === "https:" ? 443 : 80)),
  };
}

function withoutUser(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}${url.search}`;
}

function credentials(url: URL, header: string): Record<string, string> {
  if (!url.username && !url.password) return {};
  const plain = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { [header]: `Basic ${Buffer.from(plain).toString("base64")}` };
}

function wholeNumber(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : otherwise;
}
