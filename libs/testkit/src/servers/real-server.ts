/** A real server on this machine that belongs to one test: nobody else uses it. */
export interface RealServer {
  readonly port: number;
  readonly url: string;
  /** `redis from PATH 7.0.15`: for reports. */
  readonly origin: string;
  /** Goes away; `start` brings it back on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stands still as a hung machine would: connections stay open, nothing is answered. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends for good, and takes its folder along. */
  close(): Promise<void>;
}

/** One way to bring up one server. All ways look alike from outside. */
export type ServerBody = Omit<RealServer, "port" | "url" | "origin">;

export interface Place {
  readonly port: number;
  /** Of its own, and empty before the first start. */
  readonly folder: string;
}

export interface Program {
  readonly path: string;
  readonly version: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What all ways to bring up a server need to know of it. */
export interface ServerRecipe {
  readonly name: ServerName;
  /** What to do on a machine where no way is open. */
  readonly howToInstall: string;
  url(port: number): string;
  /** It does what it is for; an open port may be too early. */
  isReady(port: number): Promise<boolean>;
  readonly container: {
    readonly image: string;
    readonly port: number;
    readonly command: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
  };
  /** What is installed on this machine. */
  installed(): Program | undefined;
  readonly process: ProcessRecipe;
  /** What comes with the packages of this repository. */
  readonly embedded?: EmbeddedRecipe;
}

export interface ProcessRecipe {
  /** For a program that refuses root: then its folder and its process become nobody's. */
  readonly isForbiddenToRoot: boolean;
  readonly stopSignal: NodeJS.Signals;
  /** Once, before the first start; `run` runs a helper as the user that the server will have. */
  prepare(
    program: Program,
    place: Place,
    run: (path: string, args: readonly string[]) => void,
  ): Promise<void>;
  args(place: Place): readonly string[];
}

export type EmbeddedRecipe =
  | { readonly kind: "program"; find(folder: string): Promise<Program | undefined> }
  | { readonly kind: "object"; readonly label: string; open(place: Place): Promise<ServerBody> };

export const serverNames = ["mosquitto", "redis", "postgres"] as const;
export type ServerName = (typeof serverNames)[number];
