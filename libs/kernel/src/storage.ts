import type { Result } from "./result.ts";

/** A file that only grows. What `append` has confirmed is on disk, whatever happens next. */
export interface AppendFile {
  /** Bytes found when the file was opened, torn tail and all: whoever reads them judges them. */
  readonly lengthBytes: number;
  /** Writes and flushes to the platter. Calls are kept in order. */
  append(bytes: Uint8Array): Promise<Result<void>>;
  /** Cuts what lies behind this length: the tail that a crash left half written. */
  truncate(lengthBytes: number): Promise<Result<void>>;
  close(): Promise<void>;
}

/** The part of a disk that a service may use. Names are relative, with `/` between folders. */
export interface Storage {
  openAppend(name: string): Promise<Result<AppendFile>>;
  read(name: string): Promise<Result<Uint8Array | undefined>>;
  /** The bytes from here on, fewer where the file ends; none where it is not there. */
  readRange(name: string, fromBytes: number, lengthBytes: number): Promise<Result<Uint8Array>>;
  /** In bytes; zero where there is no such file. */
  size(name: string): Promise<Result<number>>;
  /** All or nothing: a reader sees the old content or the new one, also after a power cut. */
  replace(name: string, bytes: Uint8Array): Promise<Result<void>>;
  remove(name: string): Promise<Result<void>>;
  list(folder: string): Promise<Result<readonly string[]>>;
}
