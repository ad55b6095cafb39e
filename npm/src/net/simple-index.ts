import type { Response } from "./get.js";

/** The media types of the simple repository API (PEP 503 and 691), the better one first. */
export const SIMPLE_API =
  "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/** The address of a project's page below an index. */
export function projectPage(index: URL, project: string): URL {
  const page = new URL(index);
  page.pathname = `${page.pathname.replace(/\/+$/, "")}/${project}/`;
  return page;
}

/** The address of the file of exactly that name on a project's page. */
export function fileOn(page: Response, name: string): URL | undefined {
  const links = page.contentType.includes("json") ? linksOfJson(page.body) : linksOfHtml(page.body);
  for (const link of links) {
    if (!URL.canParse(link, page.url.href)) continue;
    const url = new URL(link, page.url);
    if (decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf("/") + 1)) === name)
      return withCredentialsOf(page.url, url);
  }
  return undefined;
}

function linksOfJson(body: Buffer): string[] {
  const { files } = JSON.parse(body.toString("utf8")) as { files?: { url?: unknown }[] };
  return (files ?? []).map((file) => file.url).filter((url) => typeof url === "string");
}

function linksOfHtml(body: Buffer): string[] {
  const anchors = body.toString("utf8").matchAll(/<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')/gi);
  return [...anchors].map(([, double, single]) => (double ?? single ?? "").replaceAll("&amp;", "&"));
}

/** An index that wants a password for its pages wants it for its files. */
function withCredentialsOf(page: URL, file: URL): URL {
  if (file.origin === page.origin && !file.username) {
    file.username = page.username;
    file.password = page.password;
  }
  return file;
}
