import { inflateRawSync } from "node:zlib";

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * One member of a zip archive (a wheel is one). Format: PKWARE's APPNOTE, sections 4.3.7 to 4.3.16; without the 64-bit
 * extension, which wheels of this size do not use. Throws when the archive or the member cannot be read.
 */
export function memberOf(archive: Buffer, name: string): Buffer {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || archive.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error("not a zip archive");
  let entries = archive.readUInt16LE(end + 10);
  for (let at = archive.readUInt32LE(end + 16); entries > 0; entries--) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error("damaged zip directory");
    const nameLength = archive.readUInt16LE(at + 28);
    if (archive.toString("utf8", at + 46, at + 46 + nameLength) === name) return contentOf(archive, at);
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  throw new Error(`no ${name} in the archive`);
}

function contentOf(archive: Buffer, entry: number): Buffer {
  const method = archive.readUInt16LE(entry + 10);
  const packed = archive.readUInt32LE(entry + 20);
  const header = archive.readUInt32LE(entry + 42);
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const content = archive.subarray(start, start + packed);
  if (method === STORED) return Buffer.from(content);
  if (method === DEFLATED) return inflateRawSync(content, { maxOutputLength: archive.readUInt32LE(entry + 24) });
  throw new Error(`compression method ${method} is not known`);
}
