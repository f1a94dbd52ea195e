import { rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../startup-error.ts";

/** PostgreSQL writes its log in files of 16 MB: with less than the next one needs, commits may fail at any moment. */
const MIN_FREE_BYTES = 32 * 1024 * 1024;
const PROBE = Buffer.alloc(64 * 1024);

/** Nothing can be written. It has the SQLSTATE with which PostgreSQL says so (disk_full), and is treated alike. */
export class DiskFull extends Error {
  readonly code = "53100";

  constructor(directory: string, cause: unknown) {
    super(`The disk of ${directory} is full, or cannot be written to: ${messageOf(cause)}`, { cause });
    this.name = "DiskFull";
  }
}

/**
 * @throws DiskFull when the disk of a directory is full, or as good as full, by the file system's figures or by an attempt: a
 * quota shows in no figure. What is read, and small writes into files that exist, would still succeed.
 */
export async function requireDiskSpace(directory: string): Promise<void> {
  try {
    const { bavail, bsize } = await statfs(directory);
    const free = bavail * bsize;
    if (free < MIN_FREE_BYTES) {
      const megabytes = (bytes: number) => Math.floor(bytes / 1024 / 1024);
      throw new Error(`${megabytes(free)} MB are free, ${megabytes(MIN_FREE_BYTES)} MB are needed.`);
    }
    await attemptToWrite(join(directory, "probe"));
  } catch (error) {
    throw new DiskFull(directory, error);
  }
}

async function attemptToWrite(probe: string): Promise<void> {
  try {
    await writeFile(probe, PROBE);
  } finally {
    await rm(probe, { force: true });
  }
}
