import type { Result } from "./result.ts";

/** A file that only grows. What `append` has confirmed is on disk, whatever happens next. */
export interface AppendFile {
  /** Bytes found when the file was opened, torn tail and all: the reader judges them. */
  readonly content: Uint8Array;
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
  /** All or nothing: a reader sees the old content or the new one, also after a power cut. */
  replace(name: string, bytes: Uint8Array): Promise<Result<void>>;
  remove(name: string): Promise<Result<void>>;
  list(folder: string): Promise<Result<readonly string[]>>;
}
