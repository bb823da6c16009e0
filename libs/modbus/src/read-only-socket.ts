import { Socket } from "node:net";
import { assert } from "@ballast/kernel";
import { type Frame, frameSplitter } from "./frames.ts";

/** A socket that cannot carry a write: only requests with function codes 3 and 4 leave it. */
export class ReadOnlySocket extends Socket {
  #asked:
    | { readonly transactionId: number; readonly unitId: number; readonly code: number }
    | undefined;

  // Node puts its own `write` back on connecting; what lies below it stays ours.
  override _write(
    frame: unknown,
    encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.#noteRequest(frame);
    super._write(frame, encoding, done);
  }

  override _writev(frames: readonly { readonly chunk: unknown }[]): void {
    assert(frames.length === 0, "one request at a time: frames never queue up");
  }

  /** Reports every frame that is not the one answer to the request on its way. */
  watchReplies(report: (problem: string) => void): void {
    const splitter = frameSplitter();
    this.on("data", (chunk: Uint8Array) => {
      const frames = splitter.push(chunk);
      if (!frames.ok) return report(frames.fault.detail);
      for (const frame of frames.value) {
        const problem = this.#problemWith(frame);
        if (problem !== undefined) return report(problem);
      }
    });
  }

  #noteRequest(frame: unknown): void {
    assert(frame instanceof Uint8Array && frame.length === 12, "a request is one whole frame");
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    const code = view.getUint8(7);
    assert(code === 3 || code === 4, "only reads are sent");
    this.#asked = { transactionId: view.getUint16(0), unitId: view.getUint8(6), code };
  }

  #problemWith({ transactionId, unitId, pdu }: Frame): string | undefined {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked === undefined) return "a reply that nobody asked for";
    if (transactionId !== asked.transactionId) return "a reply to another request";
    if (unitId !== asked.unitId) return `unit ${unitId} replied instead of ${asked.unitId}`;
    const [code] = pdu;
    const isReply = code === asked.code || code === (asked.code | 0x80);
    return isReply ? undefined : `function code ${code} in reply to ${asked.code}`;
  }
}
