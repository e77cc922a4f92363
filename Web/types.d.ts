// What browsers have and TypeScript 4.8 does not know yet.

interface AbortSignalConstructor {
  any(signals: AbortSignal[]): AbortSignal;
  timeout(milliseconds: number): AbortSignal;
}

declare var AbortSignal: AbortSignalConstructor;
