import { Presets, SingleBar } from 'cli-progress';

/** How far a backfill is. */
export interface Progress {
  readonly percent: number;
  readonly repositories: number;
  readonly repositoriesPerSecond: number;
  readonly secondsLeft: number | undefined;
}

/** What a person sees; everything else goes to the log. */
export interface UserConsole {
  print(line: string): void;
  /** As a bar on a terminal, else as a line every few seconds. */
  showProgress(progress: Progress): void;
  /** Ends the bar, if there is one. */
  endProgress(): void;
}

const LINE_EVERY_MS = 5_000;

export function createConsole(out: NodeJS.WriteStream): UserConsole {
  return out.isTTY ? terminalConsole(out) : lineConsole(out);
}

function terminalConsole(out: NodeJS.WriteStream): UserConsole {
  const format = 'backfill {bar} {percentage} % | {repositories} repositories can be searched | {rate}';
  const bar = new SingleBar({ format, stream: out, hideCursor: true, clearOnComplete: false }, Presets.shades_classic);
  const stop = () => bar.isActive && bar.stop();
  return {
    print(line) {
      stop();
      out.write(`${line}\n`);
    },
    showProgress({ percent, repositories, ...rate }) {
      const shown = { repositories, rate: rateText(rate) };
      if (!bar.isActive) bar.start(100, 0, shown);
      bar.update(percent, shown);
    },
    endProgress: stop,
  };
}

function lineConsole(out: NodeJS.WriteStream): UserConsole {
  let printedAtMs = 0;
  const print = (line: string) => void out.write(`${line}\n`);
  return {
    print,
    showProgress({ percent, repositories, ...rate }) {
      if (performance.now() - printedAtMs < LINE_EVERY_MS) return;
      printedAtMs = performance.now();
      print(`backfill ${percent} %, ${repositories} repositories can be searched, ${rateText(rate)}`);
    },
    endProgress: () => undefined,
  };
}

/** Such as `120/s, 4 min left`. */
function rateText({ repositoriesPerSecond, secondsLeft }: Pick<Progress, 'repositoriesPerSecond' | 'secondsLeft'>) {
  const perSecond = `${Math.round(repositoriesPerSecond)}/s`;
  if (secondsLeft === undefined) return perSecond;
  return secondsLeft < 90
    ? `${perSecond}, ${Math.ceil(secondsLeft)} s left`
    : `${perSecond}, ${Math.round(secondsLeft / 60)} min left`;
}

/** The log names the first of the skipped things at level warn, and all of them at level debug. */
export function skippedText(errorCount: number): string {
  if (errorCount === 0) return '';
  const things = errorCount === 1 ? '1 thing was' : `${errorCount} things were`;
  return `; ${things} skipped, --log-level debug names all of them`;
}
